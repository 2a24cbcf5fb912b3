"""Faults by role: whoever leads a cluster at the moment is struck, or cut off from the others, and remembered."""

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
    """Who was struck, and the moment (monotonic clock) at which that was felt."""

    role: Role
    target: Target
    at: float


@dataclass(frozen=True, slots=True)
class ApplicationPartition:
    """The product that applications cannot reach, since when (monotonic clock), and the processes of all members by number."""

    product: str
    at: float
    processes: tuple[int, ...]


def inject_by_role(desk: FaultDesk, clusters: ClusterManager, role: Role, fault: Fault) -> RoleFault:
    target = clusters.member_with_role(role)
    desk.inject(target, fault)
    return RoleFault(role, target, time.monotonic())


def partition_one_way(desk: FaultDesk, clusters: ClusterManager, role: Role, *, receives: bool) -> RoleFault:
    """The member either *receives* the others and is not heard by them, or the other way round."""
    target = clusters.member_with_role(role)
    others = clusters.peers_of(target)
    ways = frozenset((target, other) if receives else (other, target) for other in others)
    words = "is not heard by the other members" if receives else "hears nothing from the other members"
    desk.inject(target, Severed(ways, words))
    return RoleFault(role, target, time.monotonic())


def partition_application(desk: FaultDesk, clusters: ClusterManager, product: str) -> ApplicationPartition:
    """No packet passes between the applications and any member of the cluster that is called *product*."""
    members = clusters.by_name(product).members
    words = f"is cut off from {product}"
    desk.inject(APPLICATION, Severed(apart([APPLICATION], members), words))
    return ApplicationPartition(product, time.monotonic(), clusters.process_ids())


def partition_member(desk: FaultDesk, clusters: ClusterManager, role: Role) -> RoleFault:
    """Applications still reach the member; the other members do not."""
    target = clusters.member_with_role(role)
    desk.inject(target, Severed(apart([target], clusters.peers_of(target)), "is cut off from the other members"))
    return RoleFault(role, target, time.monotonic())
