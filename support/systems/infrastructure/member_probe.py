"""Observes whether a fault of a member, or of the paths between hosts, has taken effect."""

from collections.abc import Mapping

from support.core.target import Target
from support.environments.network import Host, Network
from support.faults.model import Fault, Severed
from support.probes.reading import Reading, Symptom
from support.probes.tcp import knock
from support.systems.infrastructure.clusters.cluster import Member

MIXED = "some paths are open and some are not"


class MemberProbe:
    """Probes members from the applications' host, and paths from the host at one of their ends."""

    def __init__(self, network: Network, members: Mapping[Target, Member], hosts: Mapping[Target, Host]) -> None:
        self._network = network
        self._members = members
        self._hosts = hosts

    def probe(self, target: Target, fault: Fault, timeout_s: float) -> Reading:
        """Return what a client observes of *target* while *fault* may be in effect."""
        if not isinstance(fault, Severed):
            member = self._members[target]
            return knock(member.address, member.ping, timeout_s)
        readings = [self._probe_path(one, other, timeout_s) for one, other in sorted(_pairs(fault), key=_names)]
        symptoms = {reading.symptom for reading in readings}
        return readings[0] if len(symptoms) == 1 else Reading(Symptom.CUT, max(one.after_s for one in readings), MIXED)

    def _probe_path(self, one: Target, other: Target, timeout_s: float) -> Reading:
        """TCP needs both directions, so a cut in one direction has the same symptom from either end."""
        client, server = (one, other) if other in self._members else (other, one)
        member = self._members[server]
        return self._network.probe(self._hosts[client], member.address, member.ping, timeout_s)


def _pairs(fault: Severed) -> set[tuple[Target, Target]]:
    return {(one, other) if one.name < other.name else (other, one) for one, other in fault.ways}


def _names(pair: tuple[Target, Target]) -> tuple[str, str]:
    return pair[0].name, pair[1].name
