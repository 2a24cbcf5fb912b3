"""The clusters that a run needs: each is started when the first scenario needs it, and is well before each scenario."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.core.eventually import eventually
from support.core.target import Target
from support.environments.network import Host, LoopbackNetwork, Network, open_network
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.systems.infrastructure.addresses import Addresses, variable
from support.systems.infrastructure.clusters.attached import (
    NOT_OURS,
    Attached,
    AttachedEtcd,
    AttachedKafka,
    AttachedMySql,
    AttachedRedis,
)
from support.systems.infrastructure.clusters.cluster import (
    Cluster,
    ClusterEnvironment,
    ExternalProcess,
    Member,
    MemberProcess,
    Role,
    kill_members,
    restore_cluster,
)
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.container_clusters import KafkaInContainers, MySqlInContainer
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.clusters.run_ids import stale_run_ids
from support.systems.infrastructure.programs.kafka import why_no_broker
from support.systems.infrastructure.targets import APPLICATION


@dataclass(frozen=True, slots=True)
class ClusterKind:
    """A kind of cluster, the programs that it is made of, and `why_not` for what is no program on PATH."""

    make: Callable[[ClusterEnvironment], Cluster]
    contain: Callable[[ClusterEnvironment], Cluster]
    attach: Callable[[ClusterEnvironment, Addresses], Attached]
    programs: tuple[str, ...]
    why_not: Callable[[], str] = str


CLUSTER_KINDS = {  # by the name in the tag @needs.<name>; those that take longest to start come first
    "kafka": ClusterKind(KafkaCluster, KafkaInContainers, AttachedKafka, ("java",), why_no_broker),
    "etcd": ClusterKind(EtcdCluster, EtcdCluster, AttachedEtcd, ("etcd",)),
    "redis": ClusterKind(RedisCluster, RedisCluster, AttachedRedis, ("redis-server",)),
    "mysql": ClusterKind(MySqlServer, MySqlInContainer, AttachedMySql, ("mariadbd", "mariadb-install-db")),
}
START = timedelta(seconds=40)
ROLE = timedelta(seconds=5)
WELL = timedelta(seconds=15)


class ClusterManager:
    """*services* run already and are judged where they are; None: clusters of our own are started.

    `lacking` tells what cannot be had here, by the name in the tag @needs.<name>, and why.
    """

    def __init__(self, environment: ClusterEnvironment, services: Mapping[str, Addresses] | None = None) -> None:
        self.network: Network = environment.network
        self.application: Host = environment.network.host(APPLICATION.name)
        self.config = environment.config
        if self.config.line_kbit:
            self.network.limit_bandwidth(self.application, self.config.line_kbit)
        self._services = services or {}
        if services is not None:
            self.lacking = {
                kind: f"only what already runs is judged, and {variable(kind)} is not set"
                for kind in CLUSTER_KINDS
                if kind not in services
            }
            self.lacking["nodes"] = NOT_OURS
        else:
            found_here = {} if environment.in_containers else CLUSTER_KINDS
            self.lacking = {kind: why for kind, one in found_here.items() if (why := _why_not(one))}
        if self.network.lacking:
            self.lacking["namespaces"] = self.network.lacking
        self._environment = environment
        self._all: dict[str, Cluster] = {}
        self._attached: dict[str, Attached] = {}

    def lacks(self, needs: Collection[str]) -> str:
        """Why a scenario that *needs* these cannot be run; empty when it can. Raises `BrokenHarnessError` where nothing answers."""
        lacking = dict(self.lacking)
        for kind in needs:
            if kind in self._services:
                lacking |= self._attach(kind).lacking
        return "; ".join(dict.fromkeys(why for name, why in lacking.items() if name in needs))

    def _attach(self, kind: str) -> Attached:
        if kind not in self._attached:
            attached = CLUSTER_KINDS[kind].attach(self._environment, self._services[kind])
            for mark in stale_run_ids(attached.stored_names()) if self.config.removes_what_it_stored else ():
                attached.forget(mark)
            self._all[kind] = self._attached[kind] = attached
        return self._attached[kind]

    def start(self, kinds: Iterable[str]) -> list[str]:
        """Start those of *kinds* that do not run yet, all at once, and return their names. To be called from the main thread."""
        missing = [kind for kind in kinds if kind not in self._all]
        for kind in missing:
            make = CLUSTER_KINDS[kind].contain if self._environment.in_containers else CLUSTER_KINDS[kind].make
            self._all[kind] = make(self._environment)
        fresh = self.needed(missing)
        for cluster in fresh:
            cluster.start()
        for cluster in fresh:
            cluster.await_healthy(START)
            _refuse_bypass(cluster)
        return [cluster.name for cluster in fresh]

    def needed(self, kinds: Iterable[str]) -> list[Cluster]:
        return [self._all[kind] for kind in kinds if kind in self._all]

    def restore(self, clusters: Iterable[Cluster]) -> list[str]:
        """One sentence for each that had to be made anew."""
        self.network.restore_all()
        return [told for cluster in clusters if (told := restore_cluster(cluster, WELL))]

    def member_with_role(self, role: Role) -> Target:
        """Who has *role* now. Raises `AssertionError` if nobody has it for a while."""
        find = next(cluster.roles[role] for cluster in self._all.values() if role in cluster.roles)
        return eventually(find, within=ROLE)

    def named(self, name: str) -> Cluster:
        return next(cluster for cluster in self._all.values() if cluster.name == name)

    def process_ids(self) -> tuple[int, ...]:
        return tuple(member.process.pid for member in self.members.values())

    def peers_of(self, target: Target) -> list[Target]:
        """All members of the cluster of *target*, without it."""
        (cluster,) = (one for one in self._all.values() if target in one.members)
        return [member for member in cluster.members if member is not target]

    @property
    def members(self) -> Mapping[Target, Member]:
        return {target: member for cluster in self._all.values() for target, member in cluster.members.items()}

    @property
    def processes(self) -> Mapping[Target, MemberProcess]:
        return {
            target: one.process for target, one in self.members.items() if not isinstance(one.process, ExternalProcess)
        }

    @property
    def hosts(self) -> Mapping[Target, Host]:
        return {APPLICATION: self.application} | {target: one.host for target, one in self.members.items()}

    def end(self) -> None:
        """End what is ours, and remove what we stored elsewhere."""
        with ExitStack() as stack:
            for attached in self._attached.values() if self.config.removes_what_it_stored else ():
                stack.callback(attached.forget, self._environment.mark)
            for cluster in self._all.values():
                kill_members(cluster)


def _why_not(kind: ClusterKind) -> str:
    try:
        for program in kind.programs:
            find_program(program)
    except UsageError as missing:
        return str(missing)
    return kind.why_not()


def _refuse_bypass(cluster: Cluster) -> None:
    """Clients go where the cluster sends them; if that is not where we break things, to break them proves nothing."""
    strangers = cluster.advertised_hosts() - {member.host.address for member in cluster.members.values()}
    if strangers:
        told = ", ".join(sorted(strangers))
        raise BrokenHarnessError(f"{cluster.name} sends its clients to {told}, past the network that we break")


@contextmanager
def local_environment(config: ClusterConfig, logs: Path, *, attached: bool) -> Iterator[ClusterEnvironment]:
    """A folder and a network of this machine; what is *attached* has its own."""
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        network = LoopbackNetwork(NOT_OURS) if attached else stack.enter_context(open_network())
        yield ClusterEnvironment(network, run, logs, config)


@contextmanager
def open_clusters(
    environment: ClusterEnvironment, services: Mapping[str, Addresses] | None
) -> Iterator[ClusterManager]:
    """None of them runs yet; all that are brought up end on leaving."""
    environment.logs.mkdir(parents=True, exist_ok=True)
    clusters = ClusterManager(environment, services)
    try:
        yield clusters
    finally:
        clusters.end()
