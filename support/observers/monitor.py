"""What an operator would have seen on the dashboards of a cluster while a scenario ran."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

EVERY_S = 0.25


class Watched(Protocol):
    def vitals(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """One state of a cluster, and the unix time at which it was first seen."""

    at: float
    vitals: Mapping[str, object]


class Monitor:
    """Looks at one cluster again and again, in a thread of its own; a state that lasts is kept once."""

    def __init__(self, cluster: Watched) -> None:
        self._cluster = cluster
        self.sights: list[Sight] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._see()
        self._thread.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self._see()

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            self._see()

    def _see(self) -> None:
        at, vitals = time.time(), self._cluster.vitals()
        if not self.sights or vitals != self.sights[-1].vitals:
            self.sights.append(Sight(at, vitals))
