"""The suite's own checks have no settings of their own."""

from dataclasses import dataclass

from support.core.settings import SystemSettings


@dataclass(frozen=True, slots=True)
class HarnessSettings(SystemSettings):
    """None: what it breaks is the catalog, which has its own."""
