"""Settings of the suite's own checks."""

from dataclasses import dataclass

from support.core.settings import SystemSettings


@dataclass(frozen=True, slots=True)
class HarnessSettings(SystemSettings):
    """There are none: the checks run on the catalog, which has its own settings."""
