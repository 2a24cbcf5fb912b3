"""Programs that read and write one value, each at a member of its own, and the history of what they did."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from math import inf

from support.core.eventually import eventually
from support.core.target import Target
from support.measure.ledger import Fate
from support.measure.linearizability import Operation
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.workload.attempts import Attempt, Attempts, Worker, Workers

NAME = "register"
PAUSE_S = 0.04  # few calls suffice, and a short history is judged quickly
READ = "read"
ENOUGH = timedelta(seconds=15)


class EtcdRegister:
    """One program for each member of *cluster*, at work from now on."""

    def __init__(self, cluster: EtcdCluster, config: ClusterConfig, workers: Workers) -> None:
        prefix = EtcdApplication(cluster, config).prefix
        self._workers: dict[Target, Worker] = {
            target: workers.start(_program(EtcdApplication(cluster, config, prefix, target), target.name), PAUSE_S)
            for target in cluster.members
        }

    def await_answers(self, each: int, *, but: Target | None = None) -> None:
        """Wait until every program, *but* that at one member, has been answered *each* times more."""
        waited_for = [worker for target, worker in self._workers.items() if target is not but]
        before = [len(worker.so_far()) for worker in waited_for]

        def check() -> None:
            answered = [
                sum(one.confirmed for one in worker.so_far()[seen:])
                for worker, seen in zip(waited_for, before, strict=True)
            ]
            assert min(answered) >= each, f"the programs were answered {answered} times"

        eventually(check, within=ENOUGH)

    def end(self) -> Attempts:
        return Attempts(tuple(one for worker in self._workers.values() for one in worker.finish().made))


def _program(application: EtcdApplication, name: str) -> Callable[[int], Attempt]:
    """Reads and writes in turn; each attempt is named a read or a write, and has the value that was read or written."""

    def do(number: int) -> Attempt:
        if number % 2:
            return replace(application.get(NAME), what=READ)
        written = f"{name}, {number}"
        return replace(application.put(NAME, written), what="write", value=written)

    return do


def operations(made: Sequence[Attempt]) -> list[Operation]:
    """Without what took no effect, and without unanswered writes that nobody read: those may have happened after all else."""
    read = {one.value for one in made if _is_read(one) and one.confirmed}
    return [
        Operation(not _is_read(one), one.value, one.began, one.ended if one.confirmed else inf)
        for one in made
        if one.confirmed or (one.fate is Fate.UNKNOWN and not _is_read(one) and one.value in read)
    ]


def _is_read(one: Attempt) -> bool:
    return one.what == READ
