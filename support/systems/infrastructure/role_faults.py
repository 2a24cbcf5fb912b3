"""Faults by role: whoever leads a cluster at the moment is struck, or cut off from the others, and remembered."""

import time
from dataclasses import dataclass

from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Fault, Severed, apart
from support.systems.infrastructure.clusters.all import Clusters
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.targets import APPLICATION


@dataclass(frozen=True, slots=True)
class Struck:
    """Who was struck, and the moment (monotonic clock) at which that was felt."""

    role: Role
    target: Target
    at: float


@dataclass(frozen=True, slots=True)
class CutOffFrom:
    """The product that applications cannot reach, since when (monotonic clock), and the processes of all members by number."""

    product: str
    at: float
    processes: tuple[int, ...]


def strike(desk: FaultDesk, clusters: Clusters, role: Role, fault: Fault) -> Struck:
    target = clusters.playing(role)
    desk.inject(target, fault)
    return Struck(role, target, time.monotonic())


def half_cut_off(desk: FaultDesk, clusters: Clusters, role: Role, *, hears: bool) -> Struck:
    """The member either *hears* the others and is not heard by them, or the other way round."""
    target = clusters.playing(role)
    others = clusters.side(target)
    ways = frozenset((target, other) if hears else (other, target) for other in others)
    words = "is not heard by the other members" if hears else "hears nothing from the other members"
    desk.inject(target, Severed(ways, words))
    return Struck(role, target, time.monotonic())


def cut_application_off(desk: FaultDesk, clusters: Clusters, product: str) -> CutOffFrom:
    """No packet passes between the applications and any member of the cluster that is called *product*."""
    members = clusters.named(product).members
    words = f"is cut off from {product}"
    desk.inject(APPLICATION, Severed(apart([APPLICATION], members), words))
    return CutOffFrom(product, time.monotonic(), clusters.process_numbers())


def cut_off(desk: FaultDesk, clusters: Clusters, role: Role) -> Struck:
    """Applications still reach the member; the other members do not."""
    target = clusters.playing(role)
    desk.inject(target, Severed(apart([target], clusters.side(target)), "is cut off from the other members"))
    return Struck(role, target, time.monotonic())
