"""Reads a store repeatedly and records every state that a reader could have seen."""

from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from support.core.background import Background
from support.systems.catalog.data.saved_copy import checksum_matches
from support.systems.catalog.observers.stores import StoreContents, contents_of

Read = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class StoreState:
    """One state of the store: its contents (empty if unreadable), and whether the checksum was valid."""

    contents: StoreContents
    checksum_ok: bool

    def __str__(self) -> str:
        return f"{self.contents}{'' if self.checksum_ok else ', with an invalid checksum'}"


@dataclass(frozen=True, slots=True)
class StoreHistory:
    """The distinct *states* seen in *readings* reads, in order. There is none before the first write."""

    readings: int
    states: tuple[StoreState, ...]


class StoreWatch(Background):
    """Reads as fast as possible during the `with` block; `seen` has the result."""

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
