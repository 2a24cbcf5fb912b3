"""Records the status of a cluster during a scenario, as an operator would have seen it on a dashboard."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from support.core.background import Background

INTERVAL_S = 0.25


class Monitored(Protocol):
    def status(self) -> Mapping[str, object]: ...


@dataclass(frozen=True, slots=True)
class StatusSample:
    """One status of a cluster, first observed *at* (unix seconds)."""

    at: float
    status: Mapping[str, object]


class Monitor(Background):
    """Polls the status of one cluster, and keeps each change of it."""

    def __init__(self, cluster: Monitored) -> None:
        super().__init__()
        self.cluster = cluster
        self.samples: list[StatusSample] = []

    def begin(self) -> None:
        self._sample()
        super().begin()

    def end(self) -> None:
        super().end()
        self._sample()

    def work(self) -> None:
        while not self.over.wait(INTERVAL_S):
            self._sample()

    def _sample(self) -> None:
        at, status = time.time(), self.cluster.status()
        if not self.samples or status != self.samples[-1].status:
            self.samples.append(StatusSample(at, status))
