"""Mistakes of applications that use several products, of their network, and of runs against services that already run."""

import threading
from collections.abc import Callable
from dataclasses import replace
from weakref import WeakKeyDictionary

from support.faults.desk import FaultDesk
from support.faults.injectors.network import severed
from support.faults.model import Crash, Mechanism, Severed
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.clusters import cluster_manager
from support.systems.infrastructure.clusters.attached import AttachedRedis
from support.systems.infrastructure.defects.registry import Defect, Patch, breaks, configured
from support.systems.infrastructure.targets import APPLICATION
from support.workload.attempts import Attempt

CONFIGURED: tuple[Defect, ...] = (
    configured(
        "waits-too-long",
        "the application waits many seconds for a service that does not answer",
        "INFRA-NET-1",
        "INFRA-NET-3",
        spills=("INFRA-NET-2",),
        timeout_s=6.0,
    ),
    configured(
        "needs-everything",
        "the application works only while all of its dependencies are available",
        "INFRA-NET-2",
        requires_all_services=True,
    ),
    configured(
        "leaves-its-data",
        "the data that a run stored in an attached service is left there",
        "INFRA-ENV-1",
        removes_stored_data=False,
        attached_variant="leaves-its-data",
    ),
    configured(
        "narrow-line",
        "the network of the application carries 100 kbit/s",
        "INFRA-PERF-1",
        "INFRA-PERF-3",
        "INFRA-PERF-4",
        spills=(*(f"INFRA-REDIS-{number}" for number in (2, 3, 4, 5)), "INFRA-MYSQL-2", "INFRA-MYSQL-3"),
        bandwidth_kbit=100,
    ),
)

WRITES = ((EtcdApplication, "put"), (RedisApplication, "store"))
FAILOVERS = ("INFRA-ETCD-3", "INFRA-ETCD-4", "INFRA-ETCD-5", "INFRA-ETCD-6", "INFRA-REDIS-4")
Write = Callable[..., Attempt]


@breaks("INFRA-NET-2")
def one_queue_for_everything(patch: Patch) -> None:
    """All writes of the application wait for one another, whichever product they go to."""
    queue = threading.Lock()

    def queued(write: Write) -> Write:
        def do(self: object, *words: object) -> Attempt:
            with queue:
                return write(self, *words)

        return do

    for application, name in WRITES:
        patch(application, name, queued(getattr(application, name)))


@breaks("INFRA-NET-3", spills=FAILOVERS)
def gives_up_for_good(patch: Patch) -> None:
    """After three failed writes the application makes no further ones until it is restarted."""
    failed: WeakKeyDictionary[object, list[Attempt]] = WeakKeyDictionary()

    def giving_up(write: Write) -> Write:
        def do(self: object, name: str, *words: object) -> Attempt:
            known = failed.setdefault(self, [])
            one = replace(known[-1], what=name) if len(known) >= 3 else write(self, name, *words)
            if one.why:
                known.append(one)
            return one

        return do

    for application, name in WRITES:
        patch(application, name, giving_up(getattr(application, name)))


@breaks("INFRA-NET-1")
def hides_the_reason(patch: Patch) -> None:
    """The error of a failed write does not say what failed."""

    def hidden(write: Write) -> Write:
        def do(self: object, *words: object) -> Attempt:
            one = write(self, *words)
            return replace(one, why="an error occurred" if one.why else "")

        return do

    for application, name in WRITES:
        patch(application, name, hidden(getattr(application, name)))


@breaks("INFRA-NET-3", spills=FAILOVERS)
def replays_refused_writes(patch: Patch) -> None:
    """A write of which the user was told that it failed is sent again once etcd answers."""
    write = EtcdApplication.put
    refused: WeakKeyDictionary[EtcdApplication, list[tuple[str, str]]] = WeakKeyDictionary()

    def put(self: EtcdApplication, name: str, value: str) -> Attempt:
        one, kept = write(self, name, value), refused.setdefault(self, [])
        if one.fate is Fate.REFUSED:
            kept.append((name, value))
        while one.confirmed and kept:
            write(self, *kept.pop())
        return one

    patch(EtcdApplication, "put", put)


@breaks("INFRA-NET-3")
def restarts_a_member_afterwards(patch: Patch) -> None:
    """A script of the operators restarts a member of the service that could not be reached."""
    sound = FaultDesk.recover_all

    def recover_all(self: FaultDesk) -> None:
        cut = [one for one in self.injected if isinstance(one.fault, Severed) and one.ended is None]
        sound(self)
        for one in cut:
            struck = min({target for way in severed(one.fault).ways for target in way} - {APPLICATION}, key=str)
            parts = self._dependencies[struck].injectors[Mechanism.PROCESS]
            parts.inject(struck, Crash())
            parts.recover(struck, Crash())

    patch(FaultDesk, "recover_all", recover_all)


def _attached(name: str, story: str, apply: Callable[[Patch], None]) -> Defect:
    return Defect(name, story, ("INFRA-ENV-1",), {"attached_variant": name}, apply=apply)


CONFIGURED += (
    _attached(
        "looks-for-sentinels-everywhere",
        "an application asks a Redis server that already runs for the address of the primary, as if it were a sentinel",
        lambda patch: patch(
            AttachedRedis, "sentinels", property(lambda self: [one.address for one in self.members.values()])
        ),
    ),
    _attached(
        "leaves-out-without-a-reason",
        "a run does not say why it leaves out scenarios on a service that already runs",
        lambda patch: patch(cluster_manager, "NO_FAULTS", "not available"),
    ),
)
