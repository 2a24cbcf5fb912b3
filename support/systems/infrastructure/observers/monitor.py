"""What an operator would have seen on the dashboards of a cluster while a scenario ran."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from support.core.background import Background

EVERY_S = 0.25


class Watched(Protocol):
    def status(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class Sight:
    """One state of a cluster, and the unix time at which it was first seen."""

    at: float
    status: Mapping[str, object]


class Monitor(Background):
    """Looks at one cluster again and again; a state that lasts is kept once."""

    def __init__(self, cluster: Watched) -> None:
        super().__init__()
        self._cluster = cluster
        self.sights: list[Sight] = []

    def begin(self) -> None:
        self._see()
        super().begin()

    def end(self) -> None:
        super().end()
        self._see()

    def work(self) -> None:
        while not self.over.wait(EVERY_S):
            self._see()

    def _see(self) -> None:
        at, status = time.time(), self._cluster.status()
        if not self.sights or status != self.sights[-1].status:
            self.sights.append(Sight(at, status))
