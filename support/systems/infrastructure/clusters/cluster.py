"""What every cluster is: members on hosts of their own, which are started together, looked at and, if need be, made anew."""

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol

from support.core.target import Target
from support.environments.network import Host, Network
from support.environments.parts import Part
from support.environments.processes import ChildProcess
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.probes.pings import Ping
from support.systems.infrastructure.clusters.marks import new_mark
from support.systems.infrastructure.clusters.setup import Setup

START = timedelta(seconds=60)  # a broker takes 4 on two idle cores


@dataclass(frozen=True, slots=True)
class Ground:
    """What clusters are built on. *folder* and *logs* are where members keep their data and their output.

    All that scenarios store has a name that begins with *mark*, which is this run's alone.
    """

    network: Network
    run: RunDirectory
    logs: Path
    setup: Setup
    mark: str = field(default_factory=new_mark)

    in_containers: ClassVar[bool] = False

    def member(
        self,
        target: Target,
        port: int,
        ping: Ping,
        argv: Sequence[str],
        host: Host,
    ) -> "Member":
        """A member that has not been started; *argv* begins with the name of a program."""
        program, *words = argv
        process = ChildProcess(
            target.name,
            [*host.within, find_program(program), *words],
            port=port,
            ping=ping,
            run=self.run,
            logs=self.logs,
            host=host.address,
            starts_within=START,
        )
        return Member(target, host, port, ping, process)

    def folder(self, target: Target) -> Path:
        """An empty folder for the data of *target*."""
        folder = self.run.path / target.name.replace(" ", "-")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


class Program(Part, Protocol):
    """What a member is: a part that can be started without waiting for it."""

    def spawn(self) -> None: ...
    def await_ready(self) -> None: ...


class Elsewhere:
    """A program that somebody else runs: ours to ask, and not ours to start or to end."""

    alive = True
    pid = 0

    def spawn(self) -> None: ...
    def kill(self) -> None: ...
    def await_ready(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One program of a cluster. Others reach it at *host* and *port*; *ping* is what it answers when it is there."""

    target: Target
    host: Host
    port: int
    ping: Ping
    process: Program | Elsewhere

    @property
    def address(self) -> tuple[str, int]:
        return self.host.address, self.port


Members = Mapping[Target, Member]
Vitals = Mapping[str, object]  # what an operator would look at: heading -> value


class Role(Enum):
    """Whom a fault can strike by what it is at the moment; found when it is struck, never assumed."""

    REDIS_PRIMARY = "the Redis primary"
    REDIS_REPLICA = "a Redis replica"
    ETCD_LEADER = "the etcd leader"
    ETCD_FOLLOWER = "an etcd follower"
    KAFKA_LEADER = "the Kafka broker that leads the topic"
    KAFKA_FOLLOWER = "a Kafka broker that follows"
    KAFKA_COORDINATOR = "the Kafka broker that coordinates the group"


class Cluster(Protocol):
    """`start` begins, from the main thread; `await_well` ends when it is as an application wants it, or with an `AssertionError`.

    `advertised` are the addresses that the cluster itself tells its clients. `vitals` never raises for a bad answer.
    `way_in` is the value of the variable (MYSQL_ADDR and the like) by which the cluster is judged where it runs; `stored` are the
    names of all that runs have stored there and not removed.
    """

    members: Members

    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]: ...
    def start(self) -> None: ...
    def await_well(self, within: timedelta) -> None: ...
    def advertised(self) -> set[str]: ...
    def vitals(self) -> Vitals: ...
    def way_in(self) -> str: ...
    def stored(self) -> set[str]: ...


def kill_all(cluster: Cluster) -> None:
    for member in cluster.members.values():
        member.process.kill()


def revive(cluster: Cluster, within: timedelta) -> str:
    """Start whatever has ended and wait until all is well; if that does not help, make the cluster anew, and say why."""
    for member in cluster.members.values():
        if not member.process.alive:
            member.process.spawn()
    try:
        cluster.await_well(within)
    except AssertionError as unwell:
        kill_all(cluster)
        cluster.start()
        cluster.await_well(2 * within)
        return f"{cluster.name} was made anew: {unwell}"
    return ""
