"""Starts each cluster when the first scenario needs it, restores it before each scenario, and stops all at the end of a run."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.core.eventually import patiently
from support.core.target import Target
from support.environments.network import Host, LoopbackNetwork, Network, open_network
from support.environments.programs import find_program
from support.environments.run_directory import RunDirectory
from support.systems.infrastructure.addresses import Addresses, variable
from support.systems.infrastructure.clusters.attached import (
    NO_FAULTS,
    AttachedEtcd,
    AttachedKafka,
    AttachedMySql,
    AttachedRedis,
    AttachedService,
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
from support.systems.infrastructure.programs import kafka
from support.systems.infrastructure.targets import APPLICATION


@dataclass(frozen=True, slots=True)
class ClusterKind:
    """How a cluster is created on each backend.

    *programs* must be on PATH for the embedded backend. *why_unavailable* returns what else is missing, or an empty string.
    """

    embedded: Callable[[ClusterEnvironment], Cluster]
    in_containers: Callable[[ClusterEnvironment], Cluster]
    attached: Callable[[ClusterEnvironment, Addresses], AttachedService]
    programs: tuple[str, ...]
    why_unavailable: Callable[[], str] = str


CLUSTER_KINDS = {  # by the name in the tag @needs.<name>; the slowest to start come first
    "kafka": ClusterKind(KafkaCluster, KafkaInContainers, AttachedKafka, ("java",), kafka.why_unavailable),
    "etcd": ClusterKind(EtcdCluster, EtcdCluster, AttachedEtcd, ("etcd",)),
    "redis": ClusterKind(RedisCluster, RedisCluster, AttachedRedis, ("redis-server",)),
    "mysql": ClusterKind(MySqlServer, MySqlInContainer, AttachedMySql, ("mariadbd", "mariadb-install-db")),
}
START_LIMIT = timedelta(seconds=40)
ROLE_LIMIT = timedelta(seconds=5)
HEALTHY_LIMIT = timedelta(seconds=15)


class ClusterManager:
    """All clusters of a run.

    *services* are already running and are tested at their addresses; None means that the suite starts its own clusters.
    `lacking` holds the reason why something is not available here, by the name in the tag @needs.<name>.
    """

    def __init__(self, environment: ClusterEnvironment, services: Mapping[str, Addresses] | None = None) -> None:
        self.network: Network = environment.network
        self.application: Host = environment.network.host(APPLICATION.name)
        self.config = environment.config
        if self.config.bandwidth_kbit:
            self.network.limit_bandwidth(self.application, self.config.bandwidth_kbit)
        self._services = services or {}
        if services is not None:
            self.lacking = {
                kind: f"only services that are already running are tested, and {variable(kind)} is not set"
                for kind in CLUSTER_KINDS
                if kind not in services
            }
            self.lacking["nodes"] = NO_FAULTS
        else:
            embedded = {} if environment.in_containers else CLUSTER_KINDS
            self.lacking = {name: why for name, kind in embedded.items() if (why := _why_unavailable(kind))}
        if self.network.lacking:
            self.lacking["namespaces"] = self.network.lacking
        self._environment = environment
        self._clusters: dict[str, Cluster] = {}
        self._attached: dict[str, AttachedService] = {}

    def lacks(self, needs: Collection[str]) -> str:
        """Return why a scenario with these *needs* is not applicable, or an empty string.

        Raises `BrokenHarnessError` if a needed attached service does not answer.
        """
        lacking = dict(self.lacking)
        for kind in needs:
            if kind in self._services:
                lacking |= self._attach(kind).lacking
        return "; ".join(dict.fromkeys(why for name, why in lacking.items() if name in needs))

    def _attach(self, kind: str) -> AttachedService:
        if kind not in self._attached:
            attached = CLUSTER_KINDS[kind].attached(self._environment, self._services[kind])
            for run_id in stale_run_ids(attached.stored_names()) if self.config.removes_stored_data else ():
                attached.remove_data(run_id)
            self._clusters[kind] = self._attached[kind] = attached
        return self._attached[kind]

    def start(self, kinds: Iterable[str]) -> list[str]:
        """Start the clusters of these *kinds* that are not running yet, in parallel, and return their names.

        Must be called from the main thread.
        """
        missing = [kind for kind in kinds if kind not in self._clusters]
        for kind in missing:
            one = CLUSTER_KINDS[kind]
            create = one.in_containers if self._environment.in_containers else one.embedded
            self._clusters[kind] = create(self._environment)
        started = self.of_kinds(missing)
        for cluster in started:
            cluster.start()
        for cluster in started:
            cluster.await_started(START_LIMIT)
            _check_advertised_hosts(cluster)
        return [cluster.name for cluster in started]

    def of_kinds(self, kinds: Iterable[str]) -> list[Cluster]:
        return [self._clusters[kind] for kind in kinds if kind in self._clusters]

    def restore(self, clusters: Iterable[Cluster]) -> list[str]:
        """Make *clusters* and the network healthy again. Returns a sentence for each cluster that had to be replaced."""
        self.network.restore_all()
        return [reason for cluster in clusters if (reason := restore_cluster(cluster, HEALTHY_LIMIT))]

    def member_with_role(self, role: Role) -> Target:
        """Return the member that has *role* now. Raises `AssertionError` if there is none for 5 s."""
        find = next(cluster.roles[role] for cluster in self._clusters.values() if role in cluster.roles)
        return patiently(find, within=ROLE_LIMIT)

    def by_name(self, name: str) -> Cluster:
        return next(cluster for cluster in self._clusters.values() if cluster.name == name)

    def process_ids(self) -> tuple[int, ...]:
        return tuple(member.process.pid for member in self.members.values())

    def peers_of(self, target: Target) -> list[Target]:
        """Return the other members of the cluster of *target*."""
        (cluster,) = (one for one in self._clusters.values() if target in one.members)
        return [member for member in cluster.members if member is not target]

    @property
    def members(self) -> Mapping[Target, Member]:
        return {target: member for cluster in self._clusters.values() for target, member in cluster.members.items()}

    @property
    def processes(self) -> Mapping[Target, MemberProcess]:
        return {
            target: one.process for target, one in self.members.items() if not isinstance(one.process, ExternalProcess)
        }

    @property
    def hosts(self) -> Mapping[Target, Host]:
        return {APPLICATION: self.application} | {target: one.host for target, one in self.members.items()}

    def close(self) -> None:
        """Stop the clusters that this run started, and remove its data from attached services."""
        with ExitStack() as stack:
            for attached in self._attached.values() if self.config.removes_stored_data else ():
                stack.callback(attached.remove_data, self._environment.run_id)
            for cluster in self._clusters.values():
                kill_members(cluster)


def _why_unavailable(kind: ClusterKind) -> str:
    try:
        for program in kind.programs:
            find_program(program)
    except UsageError as missing:
        return str(missing)
    return kind.why_unavailable()


def _check_advertised_hosts(cluster: Cluster) -> None:
    """Clients connect to the advertised addresses, so a fault in the network has an effect only if these belong to its hosts."""
    unknown = cluster.advertised_hosts() - {member.host.address for member in cluster.members.values()}
    if unknown:
        addresses = ", ".join(sorted(unknown))
        raise BrokenHarnessError(
            f"{cluster.name} advertises {addresses} to its clients, outside the network in which faults are injected"
        )


@contextmanager
def local_environment(config: ClusterConfig, logs: Path, *, attached: bool) -> Iterator[ClusterEnvironment]:
    """Yield a run directory and a network on this machine. *attached* services keep their own network."""
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        network = LoopbackNetwork(NO_FAULTS) if attached else stack.enter_context(open_network())
        yield ClusterEnvironment(network, run, logs, config)


@contextmanager
def open_clusters(
    environment: ClusterEnvironment, services: Mapping[str, Addresses] | None
) -> Iterator[ClusterManager]:
    """Yield a manager that has not started any cluster yet. All clusters that it starts are stopped at the end."""
    environment.logs.mkdir(parents=True, exist_ok=True)
    clusters = ClusterManager(environment, services)
    try:
        yield clusters
    finally:
        clusters.close()
