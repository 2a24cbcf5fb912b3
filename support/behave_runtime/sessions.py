"""The sessions of the systems that a run needs."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager

from support.behave_runtime.recording import Recording
from support.core.errors import UsageError
from support.environments.cleanup import clear
from support.gate.selection.systems import needed_systems, system_of
from support.systems.protocol import Session, System


class Sessions:
    """`open` holds them by the name of their system."""

    def __init__(self, systems: Sequence[System]) -> None:
        self._systems = systems
        self.open: dict[str, Session] = {}

    def of(self, tags: Collection[str]) -> tuple[System, Session]:
        """The system of a scenario with these tags, and its session."""
        if (system := system_of(tags, self._systems)) is None:
            raise UsageError(f"no system goes by one of the tags {', '.join(sorted(tags))}")
        return system, self.open[system.name]


@contextmanager
def open_sessions(recording: Recording, systems: Sequence[System]) -> Iterator[Sessions]:
    """Clear what killed runs left, and bring up each system that a selected scenario needs, after those that it builds on."""
    for sentence in clear():
        recording.journal.write("swept", message=sentence)
    sessions = Sessions(systems)
    with ExitStack() as stack:
        for system in needed_systems({tag for one in recording.selected for tag in one.tags}, systems):
            sessions.open[system.name] = stack.enter_context(system.open(recording, sessions.open))
        yield sessions
