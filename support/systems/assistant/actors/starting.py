"""Starts of an assistant that may be refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.core.errors import NotStartedError
from support.systems.assistant.actors.fleet import Fleet


@dataclass(frozen=True, slots=True)
class Start:
    """Whether the process *runs*; else its exit status, and the last lines that it wrote."""

    runs: bool
    status: int | None = None
    output: str = ""


def start(fleet: Fleet, environment: Mapping[str, str]) -> Start:
    """Start one more instance; *environment* is added to the common settings."""
    try:
        fleet.try_to_add(environment)
    except NotStartedError as refused:
        return Start(runs=False, status=refused.exit_status, output=refused.output)
    return Start(runs=True)
