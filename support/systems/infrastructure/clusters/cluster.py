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
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.run_ids import new_run_id

START = timedelta(seconds=60)  # a broker takes 4 on two idle cores


@dataclass(frozen=True, slots=True)
class ClusterEnvironment:
    """What clusters are built on. *folder* and *logs* are where members keep their data and their output.

    All that scenarios store has a name that begins with *mark*, which is this run's alone.
    """

    network: Network
    run: RunDirectory
    logs: Path
    config: ClusterConfig
    mark: str = field(default_factory=new_run_id)

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


class MemberProcess(Part, Protocol):
    """What a member is: a part that can be started without waiting for it."""

    def spawn(self) -> None: ...
    def await_ready(self) -> None: ...


class ExternalProcess:
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
    process: MemberProcess | ExternalProcess

    @property
    def address(self) -> tuple[str, int]:
        return self.host.address, self.port


Members = Mapping[Target, Member]
ClusterStatus = Mapping[str, object]  # what an operator would look at: heading -> value


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
    """What the manager, the monitor and the checks need of a cluster.

    `start` must be called from the main thread and does not wait. `await_healthy` raises `AssertionError` if the cluster is not
    ready for applications within the time. `advertised_hosts` are the addresses that the cluster gives to its clients. `status`
    reports an unreachable member as such and does not raise. `address_setting` is the value of MYSQL_ADDR and the like that tests
    this cluster as an attached service. `stored_names` are the names of all data that test runs have left there.
    """

    members: Members

    @property
    def name(self) -> str: ...
    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]: ...
    def start(self) -> None: ...
    def await_healthy(self, within: timedelta) -> None: ...
    def advertised_hosts(self) -> set[str]: ...
    def status(self) -> ClusterStatus: ...
    def address_setting(self) -> str: ...
    def stored_names(self) -> set[str]: ...


def kill_members(cluster: Cluster) -> None:
    for member in cluster.members.values():
        member.process.kill()


def restore_cluster(cluster: Cluster, within: timedelta) -> str:
    """Start whatever has ended and wait until all is well; if that does not help, make the cluster anew, and say why."""
    for member in cluster.members.values():
        if not member.process.alive:
            member.process.spawn()
    try:
        cluster.await_healthy(within)
    except AssertionError as unwell:
        kill_members(cluster)
        cluster.start()
        cluster.await_healthy(2 * within)
        return f"{cluster.name} was made anew: {unwell}"
    return ""
