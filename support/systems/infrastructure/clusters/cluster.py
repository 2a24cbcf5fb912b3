"""What all clusters have in common: members on their own hosts, roles, health checks, and restoration between scenarios."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from pathlib import Path
from typing import ClassVar, Protocol

from support.core.eventually import patiently
from support.core.target import Target
from support.environments.network import Host, Network
from support.environments.parts import Part
from support.environments.processes import ChildProcess
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.probes.pings import Ping
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.run_ids import new_run_id

START = timedelta(seconds=60)  # a Kafka broker takes 4 s on two idle cores


@dataclass(frozen=True, slots=True)
class ClusterEnvironment:
    """The network, the folders and the configuration that clusters are created with.

    *run* holds the members' data, *logs* their output. The name of everything that scenarios store begins with *run_id*.
    """

    network: Network
    run: RunDirectory
    logs: Path
    config: ClusterConfig
    run_id: str = field(default_factory=new_run_id)

    in_containers: ClassVar[bool] = False

    def member(
        self,
        target: Target,
        port: int,
        ping: Ping,
        argv: Sequence[str],
        host: Host,
    ) -> "Member":
        """Return a member that has not been started. *argv* begins with the name of a program."""
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

    def path(self, target: Target, suffix: str = "") -> Path:
        """Return the path of the data folder of *target*, or with *suffix* of a file beside it."""
        return self.run.path / f"{target.name.replace(' ', '-')}{suffix}"

    def empty_folder(self, target: Target) -> Path:
        """Create an empty folder for the data of *target*, and delete the previous one."""
        folder = self.path(target)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder


class MemberProcess(Part, Protocol):
    """The process of a member. `spawn` starts it and does not wait until it is ready."""

    def spawn(self) -> None: ...
    def await_ready(self) -> None: ...


class ExternalProcess:
    """The process of an attached service, which the suite neither starts nor stops."""

    alive = True
    pid = 0

    def spawn(self) -> None: ...
    def kill(self) -> None: ...
    def await_ready(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Member:
    """One process of a cluster. It listens on *port* of *host*; *ping* is the request that it answers when it is ready."""

    target: Target
    host: Host
    port: int
    ping: Ping
    process: MemberProcess | ExternalProcess

    @property
    def address(self) -> tuple[str, int]:
        return self.host.address, self.port


Members = Mapping[Target, Member]
ClusterStatus = Mapping[str, object]  # what a dashboard would show: heading -> value


class Role(Enum):
    """A fault can be injected into the member that has this role. The member is looked up at the moment of the injection."""

    REDIS_PRIMARY = "the Redis primary"
    REDIS_REPLICA = "a Redis replica"
    ETCD_LEADER = "the etcd leader"
    ETCD_FOLLOWER = "an etcd follower"
    KAFKA_LEADER = "the Kafka broker that leads the topic"
    KAFKA_FOLLOWER = "a Kafka broker that follows"
    KAFKA_COORDINATOR = "the Kafka broker that coordinates the group"


class Cluster(ABC):
    """A cluster with the given *members*, by default with members that it creates in *environment*."""

    name: ClassVar[str]
    poll_interval_s: ClassVar[float] = 0.05

    def __init__(self, environment: ClusterEnvironment, members: Members | None = None) -> None:
        self._environment = environment
        self.run_id = environment.run_id
        self.members: Members = members or self._create_members()

    @property
    def roles(self) -> Mapping[Role, Callable[[], Target]]:
        """How to find the member that has a role."""
        return {}

    @abstractmethod
    def start(self) -> None:
        """Start all members with empty data, without waiting. Must be called from the main thread."""

    def await_healthy(self, within: timedelta, wait: Callable[..., None] = patiently) -> None:
        """Wait until the cluster is ready for applications. Raises `AssertionError` if it is not *within* this time."""
        wait(self._check_health, within=within, every=self.poll_interval_s)

    def await_started(self, within: timedelta) -> None:
        """As `await_healthy`, but raises `NotStartedError`, with what it has written, as soon as a member has ended."""

        def check() -> None:
            for member in self.members.values():
                if not member.process.alive:
                    member.process.await_ready()
            self._check_health()

        patiently(check, within=within, every=self.poll_interval_s)

    @abstractmethod
    def advertised_hosts(self) -> set[str]:
        """Return the addresses of hosts that the cluster gives to its clients."""

    @abstractmethod
    def status(self) -> ClusterStatus:
        """Return what a dashboard would show. An unreachable member is part of it, not an error."""

    @abstractmethod
    def address_setting(self) -> str:
        """Return the value of MYSQL_ADDR and the like with which a run tests this cluster as an attached service."""

    @abstractmethod
    def stored_names(self) -> set[str]:
        """Return the names of all data that runs of the suite have stored and not removed."""

    @abstractmethod
    def _create_members(self) -> Members: ...

    @abstractmethod
    def _check_health(self) -> None:
        """Raise `AssertionError` unless the cluster is ready for applications."""


def kill_members(cluster: Cluster) -> None:
    for member in cluster.members.values():
        member.process.kill()


def restore_cluster(cluster: Cluster, within: timedelta) -> str:
    """Start the members that have ended and wait until the cluster is healthy. If it stays unhealthy, replace it.

    Returns the reason of a replacement as a sentence, otherwise an empty string.
    """
    for member in cluster.members.values():
        if not member.process.alive:
            member.process.spawn()
    try:
        cluster.await_healthy(within)
    except AssertionError as unhealthy:
        kill_members(cluster)
        cluster.start()
        cluster.await_healthy(2 * within)
        return f"{cluster.name} was started again with empty data: {unhealthy}"
    return ""
