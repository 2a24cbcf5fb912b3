"""Removes what killed runs have left on this machine: processes, folders, mounts, and containers if an engine is running."""

from support.environments.container_marks import sweep_engine
from support.environments.run_directory import sweep


def clear() -> list[str]:
    """One message per killed run."""
    return [*sweep(), *sweep_engine()]
