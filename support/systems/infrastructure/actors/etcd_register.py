"""A register for linearizability checks: one program at each etcd member reads and writes the same value."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf

from support.core.eventually import patiently
from support.core.target import Target
from support.measure.ledger import Fate
from support.measure.linearizability import Operation
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.workload.attempts import Attempt, Attempts, Worker, Workers

NAME = "register"
PAUSE_S = 0.04  # keeps the history short, because the check takes longer with each operation
READ = "read"
ANSWERS_LIMIT = timedelta(seconds=15)


class EtcdRegister:
    """One program for each member of *cluster*. All of them start immediately."""

    def __init__(self, cluster: EtcdCluster, config: ClusterConfig, workers: Workers) -> None:
        prefix = EtcdApplication(cluster, config).prefix
        self._workers: dict[Target, Worker] = {
            target: workers.start(_program(EtcdApplication(cluster, config, prefix, target), target.name), PAUSE_S)
            for target in cluster.members
        }

    def await_answers(self, each: int, *, but: Target | None = None) -> None:
        """Wait until every program has received *each* more answers. The program at the member *but* is ignored."""
        workers = [worker for target, worker in self._workers.items() if target is not but]
        before = [len(worker.so_far()) for worker in workers]

        def check() -> None:
            answered = [
                sum(one.confirmed for one in worker.so_far()[seen:])
                for worker, seen in zip(workers, before, strict=True)
            ]
            assert min(answered) >= each, f"the programs received {answered} answers; expected {each} each"

        patiently(check, within=ANSWERS_LIMIT)

    def finish(self) -> Attempts:
        return Attempts(tuple(one for worker in self._workers.values() for one in worker.finish().made))


def _program(application: EtcdApplication, name: str) -> Callable[[int], Attempt]:
    """Return a function that reads and writes in turn. Its attempts are named "read" or "write" and hold the value."""

    def do(number: int) -> Attempt:
        if number % 2:
            return replace(application.get(NAME), what=READ)
        written = f"{name}, {number}"
        return replace(application.put(NAME, written), what="write", value=written)

    return do


def operations(made: Sequence[Attempt]) -> list[Operation]:
    """Return the history of attempts for the linearizability check.

    It leaves out refused attempts and unanswered reads, which have no effect; and unanswered writes whose value was never read,
    because they can be placed after all other operations.
    """
    read = {one.value for one in made if _is_read(one) and one.confirmed}
    return [
        Operation(not _is_read(one), one.value, one.began, one.ended if one.confirmed else inf)
        for one in made
        if one.confirmed or (one.fate is Fate.UNKNOWN and not _is_read(one) and one.value in read)
    ]


def _is_read(one: Attempt) -> bool:
    return one.what == READ
