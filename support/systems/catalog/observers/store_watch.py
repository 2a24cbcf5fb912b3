"""A store that is read over and over while something happens: every state that a reader could have met."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from support.core.background import Background
from support.systems.catalog.data.saved_copy import checksum_matches
from support.systems.catalog.observers.stores import StoreContents, contents_of

Read = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class StoreState:
    """One state of the store: all that it held (nothing where it could not be read), and whether its checksum fitted."""

    contents: StoreContents
    checksum_ok: bool

    def __str__(self) -> str:
        return f"{self.contents}{'' if self.checksum_ok else ' under no checksum that fits'}"


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """What was seen in *readings* looks, in order; a state that lasted is told once. Before the first writing there is none."""

    readings: int
    states: tuple[StoreState, ...]


class StoreWatch(Background):
    """Reads as fast as it can; at the end `seen` tells what there was."""

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read
        self._states: list[bytes] = []
        self._readings = 0

    @property
    def seen(self) -> StoreHistory:
        return StoreHistory(self._readings, tuple(_state(state) for state in self._states if state))

    def work(self) -> None:
        while not self.over.is_set():
            state = self._read()
            self._readings += 1
            if not self._states or state != self._states[-1]:
                self._states.append(state)


def _state(state: bytes) -> StoreState:
    try:
        return StoreState(contents_of(state), checksum_matches(state))
    except (ValueError, KeyError, TypeError, msgspec.DecodeError):
        return StoreState(StoreContents(0, frozenset()), checksum_ok=False)
