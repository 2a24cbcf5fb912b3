"""Mistakes with etcd, in reading, writing and watching."""

import shlex
from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary, WeakSet

from support.core.target import Target
from support.environments.network import Host
from support.measure.ledger import Fate
from support.probes.pings import Ping
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.etcd_watch import EtcdWatch
from support.systems.infrastructure.clusters.cluster import ClusterEnvironment, Member
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.etcd import MEMBERS, EtcdCluster
from support.systems.infrastructure.clusters.etcd_gateway import EtcdGateway, WatchUpdate
from support.systems.infrastructure.defects.registry import Patch, breaks, configured
from support.workload.attempts import Attempt

CONFIGURED = (
    configured(
        "etcd-with-two-members",
        "the cluster has two members, so that it tolerates no failure",
        *(f"INFRA-ETCD-{number}" for number in (2, 3, 4, 5, 6)),
        spills=("INFRA-ENV-1",),
        etcd_members=2,
    ),
    configured(
        "etcd-through-one-member",
        "the application knows only one member",
        *(f"INFRA-ETCD-{number}" for number in (4, 5, 6)),
        etcd_fails_over=False,
    ),
    configured(
        "etcd-reads-serializable",
        "the application uses serializable reads, which one member answers from its own data",
        "INFRA-ETCD-6",
        spills=("INFRA-ETCD-1",),
        etcd_serializable_reads=True,
    ),
    configured(
        "etcd-remembers-what-it-read",
        "the application reads a value once and caches it for ever",
        "INFRA-ETCD-1",
        "INFRA-ETCD-6",
        etcd_reads_uncached=False,
    ),
    configured(
        "etcd-watch-starts-over",
        "a watch that has lost its member resumes at the current revision, not at the last one that it saw",
        "INFRA-ETCD-3",
        etcd_watch_resumes=False,
    ),
    configured(
        "etcd-watches-a-part",
        "a program watches a prefix that covers only some of its keys",
        "INFRA-ETCD-3",
        etcd_watch_prefix="entry-1",
    ),
    configured(
        "etcd-slow-elections",
        "a follower waits 12 seconds for its leader before it calls an election",
        "INFRA-ETCD-2",
        "INFRA-ETCD-5",
        spills=("INFRA-ETCD-3", "INFRA-ETCD-6"),
        etcd_server={"election-timeout": 12_000, "heartbeat-interval": 1_000},
    ),
)


@breaks("INFRA-ETCD-3")
def etcd_watch_ignores_deletions(patch: Patch) -> None:
    """A program takes no notice of values that are deleted."""
    sound = EtcdWatch._receive

    def receive(self: EtcdWatch, update: WatchUpdate) -> None:
        sound(self, WatchUpdate([entry for entry in update.entries if not entry.deleted], update.revision))

    patch(EtcdWatch, "_receive", receive)


@breaks("INFRA-ETCD-3")
def etcd_watch_handles_changes_in_parallel(patch: Patch) -> None:
    """A program handles its first changes in two threads, of which the second one is ready first."""
    sound = EtcdWatch._receive
    first: WeakKeyDictionary[EtcdWatch, WatchUpdate] = WeakKeyDictionary()
    swapped: WeakSet[EtcdWatch] = WeakSet()

    def receive(self: EtcdWatch, update: WatchUpdate) -> None:
        if not update.entries or self in swapped:
            sound(self, update)
        elif self not in first:
            first[self] = update
        else:  # once, so that no change is left over in the end
            swapped.add(self)
            sound(self, update)
            sound(self, first.pop(self))

    patch(EtcdWatch, "_receive", receive)


@breaks("INFRA-ETCD-3")
def etcd_polls_instead_of_watching(patch: Patch) -> None:
    """A program reads all values five times a second and compares them, instead of watching them."""

    def follow(self: EtcdWatch, member: EtcdGateway) -> None:
        self._connections += 1
        while not self.over.wait(0.2):
            entries = member.read_prefix(self._prefix)
            new = [entry for entry in entries if entry.revision > self._next_revision]
            self._entries += new if self._created.is_set() else []
            self._created.set()
            self._next_revision = max((entry.revision for entry in entries), default=0)

    patch(EtcdWatch, "_follow", follow)


@breaks("INFRA-ETCD-3")
def etcd_watch_repeats_the_last_change(patch: Patch) -> None:
    """A watch that has lost its member resumes with the last change that it received, not after it."""
    sound = EtcdWatch._receive

    def receive(self: EtcdWatch, update: WatchUpdate) -> None:
        sound(self, update)
        self._next_revision = update.revision

    patch(EtcdWatch, "_receive", receive)


@breaks("INFRA-ETCD-2", "INFRA-ETCD-5", "INFRA-ETCD-6", spills=("INFRA-ETCD-1", "INFRA-ETCD-3", "INFRA-ETCD-4"))
def etcd_remembers_the_leader(patch: Patch) -> None:
    """The application writes through the member that led when it first wrote."""
    sound = EtcdApplication.__init__
    leaders: dict[int, Target] = {}

    def begin(
        self: EtcdApplication, cluster: EtcdCluster, config: ClusterConfig, prefix: str = "", via: Target | None = None
    ) -> None:
        if not via:
            leaders[id(cluster)] = cluster.leader()  # at the beginning of a scenario
        sound(self, cluster, config, prefix, leaders[id(cluster)])

    patch(EtcdApplication, "__init__", begin)


@breaks("INFRA-ETCD-4", "INFRA-ETCD-5", spills=("INFRA-ETCD-6",))
def etcd_reads_from_all(patch: Patch) -> None:
    """The application reads values from all members, and waits until all of them have answered."""
    sound = EtcdApplication.values

    def values(self: EtcdApplication) -> Sequence[str]:
        for member in self._gateways:
            self.values_at(member)
        return sound(self)

    patch(EtcdApplication, "values", values)


@breaks("INFRA-ETCD-4", "INFRA-ETCD-5")
def etcd_returns_on_its_own(patch: Patch) -> None:
    """A member that has failed is started with --force-new-cluster, as a cluster of its own."""
    sound = ClusterEnvironment.member

    def member(
        self: ClusterEnvironment, target: Target, port: int, ping: Ping, argv: Sequence[str], host: Host
    ) -> Member:
        if target in MEMBERS:
            begun = shlex.quote(str(self.path(target) / "data" / "member"))
            script = f'test -e {begun} && exec "$@" --force-new-cluster; exec "$@"'
            argv = ["sh", "-c", script, "sh", *argv]
        return sound(self, target, port, ping, argv, host)

    patch(ClusterEnvironment, "member", member)


@breaks("INFRA-ETCD-4", "INFRA-ETCD-5", "INFRA-ETCD-6", spills=("INFRA-NET-1", "INFRA-NET-3"))
def etcd_takes_silence_for_consent(patch: Patch) -> None:
    """A write that was sent and not answered counts as confirmed."""
    sound = EtcdApplication.put

    def put(self: EtcdApplication, name: str, value: str) -> Attempt:
        one = sound(self, name, value)
        return replace(one, fate=Fate.CONFIRMED, why="") if one.fate is Fate.UNKNOWN else one

    patch(EtcdApplication, "put", put)
