"""Injects faults by role, such as "the etcd leader", and network partitions of members and of applications."""

import time
from dataclasses import dataclass

from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Fault, Severed, apart
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.targets import APPLICATION


@dataclass(frozen=True, slots=True)
class RoleFault:
    """The member that had *role* when a fault was injected. The fault had taken effect *at* this time (monotonic clock)."""

    role: Role
    target: Target
    at: float


@dataclass(frozen=True, slots=True)
class ApplicationPartition:
    """A partition between the applications and *product*, which began *at* (monotonic clock).

    *processes* holds the process ids of all members at that moment.
    """

    product: str
    at: float
    processes: tuple[int, ...]


def inject_by_role(desk: FaultDesk, clusters: ClusterManager, role: Role, fault: Fault) -> RoleFault:
    target = clusters.member_with_role(role)
    return _inject(desk, role, target, fault)


def partition_one_way(desk: FaultDesk, clusters: ClusterManager, role: Role, *, receives: bool) -> RoleFault:
    """Drop packets in one direction: the member either only *receives* from the other members, or only sends to them."""
    target = clusters.member_with_role(role)
    others = clusters.peers_of(target)
    ways = frozenset((target, other) if receives else (other, target) for other in others)
    words = "reaches none of the other members" if receives else "receives nothing from the other members"
    return _inject(desk, role, target, Severed(ways, words))


def partition_application(desk: FaultDesk, clusters: ClusterManager, product: str) -> ApplicationPartition:
    """Drop all packets between the applications and the cluster of *product*."""
    members = clusters.by_name(product).members
    words = f"is cut off from {product}"
    desk.inject(APPLICATION, Severed(apart([APPLICATION], members), words))
    return ApplicationPartition(product, time.monotonic(), clusters.process_ids())


def partition_member(desk: FaultDesk, clusters: ClusterManager, role: Role) -> RoleFault:
    """Drop all packets between the member and the other members. Applications still reach it."""
    target = clusters.member_with_role(role)
    return _inject(
        desk, role, target, Severed(apart([target], clusters.peers_of(target)), "is cut off from the other members")
    )


def partition_from(desk: FaultDesk, clusters: ClusterManager, role: Role, other: Target) -> RoleFault:
    """Drop all packets between the member and one *other* member."""
    target = clusters.member_with_role(role)
    return _inject(desk, role, target, Severed(apart([target], [other]), f"is cut off from {other.name}"))


def _inject(desk: FaultDesk, role: Role, target: Target, fault: Fault) -> RoleFault:
    desk.inject(target, fault)
    return RoleFault(role, target, time.monotonic())
