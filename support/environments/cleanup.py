"""Clears what killed runs have left on this machine: processes, folders, mounts, and containers where an engine runs."""

from support.environments.containers.marks import sweep_engine
from support.environments.run_directory import sweep


def clear() -> list[str]:
    """One sentence for each run that was killed."""
    return [*sweep(), *sweep_engine()]
