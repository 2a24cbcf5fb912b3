"""A program that watches etcd for changes, and goes on at another member, where it left off, when its own fails."""

import threading
from dataclasses import dataclass

from support.core.background import Background
from support.core.target import Target
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import (
    EtcdGateway,
    EtcdNoAnswerError,
    EtcdRejectedError,
    KeyValue,
)

SET_UP_S = 5.0


@dataclass(frozen=True, slots=True)
class DeliveredChanges:
    """All changes that a watch delivered, in the order in which they came, over *connections* connections."""

    entries: tuple[KeyValue, ...]
    connections: int


class EtcdWatch(Background):
    """Begins at *first*. With *resumes* it asks each next member for what came after the last change that it saw."""

    def __init__(self, prefix: str, cluster: EtcdCluster, first: Target, *, resumes: bool) -> None:
        super().__init__()
        self.first = first
        self._prefix = prefix
        self._gateways = cluster.gateways_from(first)
        self._resumes = resumes
        self._entries: list[KeyValue] = []
        self._connections = 0
        self._next = 0  # the revision to go on from; 0 is from now on
        self._set_up = threading.Event()

    def begin(self) -> None:
        super().begin()
        if not self._set_up.wait(SET_UP_S):
            raise AssertionError(f"no watch could be set up in {SET_UP_S:g} s")

    def so_far(self) -> DeliveredChanges:
        return DeliveredChanges(tuple(self._entries), self._connections)

    def work(self) -> None:
        while not self.over.is_set():
            try:
                self._follow(self._gateways[0])
            except (EtcdRejectedError, EtcdNoAnswerError):
                self._gateways = [*self._gateways[1:], self._gateways[0]]
                self.over.wait(0.05)

    def _follow(self, member: EtcdGateway) -> None:
        self._connections += 1
        for told in member.watch(self._prefix, self._next):
            self._set_up.set()
            self._entries += told.entries
            if self._resumes:
                self._next = told.revision + 1
            if self.over.is_set():
                return
