"""A program that watches etcd for changes. When its member fails, it resumes at another one from the last revision."""

import threading
from dataclasses import dataclass

from support.core.background import Background
from support.core.target import Target
from support.systems.infrastructure.actors.etcd_application import change_name
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import (
    EtcdGateway,
    EtcdNoAnswerError,
    EtcdRejectedError,
    KeyValue,
    WatchUpdate,
)

CREATION_LIMIT_S = 5.0


@dataclass(frozen=True, slots=True)
class DeliveredChanges:
    """All changes that a watch has delivered, in the order of arrival, over *connections* connections."""

    entries: tuple[KeyValue, ...]
    connections: int

    def names(self, prefix: str) -> list[str]:
        """The changes of keys below *prefix*, named as in `change_name`."""
        return [change_name(entry.key.removeprefix(prefix), entry.value) for entry in self.entries]

    def out_of_order(self, prefix: str) -> list[str]:
        """The changes that came after a later one."""
        pairs = zip(self.entries, self.entries[1:], self.names(prefix)[1:], strict=False)
        return [name for before, entry, name in pairs if entry.revision < before.revision]


class EtcdWatch(Background):
    """Watches keys with *prefix*, first at the member *first*.

    If it *resumes*, it continues at the next member from the last revision that it saw, otherwise from the current one.
    """

    def __init__(self, prefix: str, cluster: EtcdCluster, first: Target, *, resumes: bool) -> None:
        super().__init__()
        self.first = first
        self._prefix = prefix
        self._gateways = cluster.gateways_from(first)
        self._resumes = resumes
        self._entries: list[KeyValue] = []
        self._connections = 0
        self._next_revision = 0  # 0: from now on
        self._created = threading.Event()

    def begin(self) -> None:
        super().begin()
        if not self._created.wait(CREATION_LIMIT_S):
            raise AssertionError(f"no etcd member created the watch within {CREATION_LIMIT_S:g} s")

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
        for update in member.watch(self._prefix, self._next_revision):
            self._created.set()
            self._receive(update)
            if self.over.is_set():
                return

    def _receive(self, update: WatchUpdate) -> None:
        self._entries += update.entries
        if self._resumes:
            self._next_revision = update.revision + 1
