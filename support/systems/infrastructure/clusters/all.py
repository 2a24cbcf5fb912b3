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
    Elsewhere,
    Ground,
    Member,
    Program,
    Role,
    kill_all,
    revive,
)
from support.systems.infrastructure.clusters.contained import ContainedKafka, ContainedMySql
from support.systems.infrastructure.clusters.etcd import EtcdCluster
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.clusters.marks import abandoned
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.clusters.setup import Setup
from support.systems.infrastructure.programs.kafka import why_no_broker
from support.systems.infrastructure.targets import APPLICATION


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of cluster, the programs that it is made of, and `why_not` for what is no program on PATH."""

    make: Callable[[Ground], Cluster]
    contain: Callable[[Ground], Cluster]
    attach: Callable[[Ground, Addresses], Attached]
    programs: tuple[str, ...]
    why_not: Callable[[], str] = str


KINDS = {  # by the name in the tag @needs.<name>; those that take longest to start come first
    "kafka": Kind(KafkaCluster, ContainedKafka, AttachedKafka, ("java",), why_no_broker),
    "etcd": Kind(EtcdCluster, EtcdCluster, AttachedEtcd, ("etcd",)),
    "redis": Kind(RedisCluster, RedisCluster, AttachedRedis, ("redis-server",)),
    "mysql": Kind(MySqlServer, ContainedMySql, AttachedMySql, ("mariadbd", "mariadb-install-db")),
}
START = timedelta(seconds=40)
ROLE = timedelta(seconds=5)
WELL = timedelta(seconds=15)


class Clusters:
    """*services* run already and are judged where they are; None: clusters of our own are started.

    `lacking` tells what cannot be had here, by the name in the tag @needs.<name>, and why.
    """

    def __init__(self, ground: Ground, services: Mapping[str, Addresses] | None = None) -> None:
        self.network: Network = ground.network
        self.application: Host = ground.network.host(APPLICATION.name)
        self.setup = ground.setup
        if self.setup.line_kbit:
            self.network.limit_bandwidth(self.application, self.setup.line_kbit)
        self._services = services or {}
        if services is not None:
            self.lacking = {
                kind: f"only what already runs is judged, and {variable(kind)} is not set"
                for kind in KINDS
                if kind not in services
            }
            self.lacking["nodes"] = NOT_OURS
        else:
            found_here = {} if ground.in_containers else KINDS
            self.lacking = {kind: why for kind, one in found_here.items() if (why := _why_not(one))}
        if self.network.lacking:
            self.lacking["namespaces"] = self.network.lacking
        self._ground = ground
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
            attached = KINDS[kind].attach(self._ground, self._services[kind])
            for mark in abandoned(attached.stored()) if self.setup.removes_what_it_stored else ():
                attached.forget(mark)
            self._all[kind] = self._attached[kind] = attached
        return self._attached[kind]

    def bring_up(self, kinds: Iterable[str]) -> list[str]:
        """Start those of *kinds* that do not run yet, all at once, and return their names. To be called from the main thread."""
        missing = [kind for kind in kinds if kind not in self._all]
        for kind in missing:
            make = KINDS[kind].contain if self._ground.in_containers else KINDS[kind].make
            self._all[kind] = make(self._ground)
        fresh = self.needed(missing)
        for cluster in fresh:
            cluster.start()
        for cluster in fresh:
            cluster.await_well(START)
            _refuse_bypass(cluster)
        return [cluster.name for cluster in fresh]

    def needed(self, kinds: Iterable[str]) -> list[Cluster]:
        return [self._all[kind] for kind in kinds if kind in self._all]

    def make_well(self, clusters: Iterable[Cluster]) -> list[str]:
        """One sentence for each that had to be made anew."""
        self.network.restore_all()
        return [told for cluster in clusters if (told := revive(cluster, WELL))]

    def playing(self, role: Role) -> Target:
        """Who has *role* now. Raises `AssertionError` if nobody has it for a while."""
        find = next(cluster.roles[role] for cluster in self._all.values() if role in cluster.roles)
        return eventually(find, within=ROLE)

    def named(self, name: str) -> Cluster:
        return next(cluster for cluster in self._all.values() if cluster.name == name)

    def process_numbers(self) -> tuple[int, ...]:
        return tuple(member.process.pid for member in self.members.values())

    def side(self, target: Target) -> list[Target]:
        """All members of the cluster of *target*, without it."""
        (cluster,) = (one for one in self._all.values() if target in one.members)
        return [member for member in cluster.members if member is not target]

    @property
    def members(self) -> Mapping[Target, Member]:
        return {target: member for cluster in self._all.values() for target, member in cluster.members.items()}

    @property
    def processes(self) -> Mapping[Target, Program]:
        return {target: one.process for target, one in self.members.items() if not isinstance(one.process, Elsewhere)}

    @property
    def hosts(self) -> Mapping[Target, Host]:
        return {APPLICATION: self.application} | {target: one.host for target, one in self.members.items()}

    def end(self) -> None:
        """End what is ours, and remove what we stored elsewhere."""
        with ExitStack() as stack:
            for attached in self._attached.values() if self.setup.removes_what_it_stored else ():
                stack.callback(attached.forget, self._ground.mark)
            for cluster in self._all.values():
                kill_all(cluster)


def _why_not(kind: Kind) -> str:
    try:
        for program in kind.programs:
            find_program(program)
    except UsageError as missing:
        return str(missing)
    return kind.why_not()


def _refuse_bypass(cluster: Cluster) -> None:
    """Clients go where the cluster sends them; if that is not where we break things, to break them proves nothing."""
    strangers = cluster.advertised() - {member.host.address for member in cluster.members.values()}
    if strangers:
        told = ", ".join(sorted(strangers))
        raise BrokenHarnessError(f"{cluster.name} sends its clients to {told}, past the network that we break")


@contextmanager
def local_ground(setup: Setup, logs: Path, *, attached: bool) -> Iterator[Ground]:
    """A folder and a network of this machine; what is *attached* has its own."""
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        network = LoopbackNetwork(NOT_OURS) if attached else stack.enter_context(open_network())
        yield Ground(network, run, logs, setup)


@contextmanager
def opened_clusters(ground: Ground, services: Mapping[str, Addresses] | None) -> Iterator[Clusters]:
    """None of them runs yet; all that are brought up end on leaving."""
    ground.logs.mkdir(parents=True, exist_ok=True)
    clusters = Clusters(ground, services)
    try:
        yield clusters
    finally:
        clusters.end()
