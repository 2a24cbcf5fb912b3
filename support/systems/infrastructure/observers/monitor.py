"""What an operator would have seen on the dashboards of a cluster while a scenario ran."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from support.core.background import Background

EVERY_S = 0.25


class Monitored(Protocol):
    def status(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class StatusSample:
    """One state of a cluster, and the unix time at which it was first seen."""

    at: float
    status: Mapping[str, object]


class Monitor(Background):
    """Looks at one cluster again and again; a state that lasts is kept once."""

    def __init__(self, cluster: Monitored) -> None:
        super().__init__()
        self._cluster = cluster
        self.samples: list[StatusSample] = []

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
        if not self.samples or status != self.samples[-1].status:
            self.samples.append(StatusSample(at, status))
