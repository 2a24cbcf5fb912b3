"""How members of clusters are looked at, and the paths between them."""

from collections.abc import Mapping

from support.core.target import Target
from support.environments.network import Host, Network
from support.faults.model import Fault, Severed
from support.probes.reading import Reading, Symptom
from support.probes.tcp import knock
from support.systems.infrastructure.clusters.cluster import Member

HALF = "some paths are open and some are not"


class MemberProbe:
    """Looks at members from where the applications run, and at each other from where they run themselves."""

    def __init__(self, network: Network, members: Mapping[Target, Member], hosts: Mapping[Target, Host]) -> None:
        self._network = network
        self._members = members
        self._hosts = hosts

    def look(self, target: Target, fault: Fault, patience_s: float) -> Reading:
        if not isinstance(fault, Severed):
            member = self._members[target]
            return knock(member.address, member.ping, patience_s)
        seen = [self._across(one, other, patience_s) for one, other in sorted(_pairs(fault), key=_names)]
        symptoms = {reading.symptom for reading in seen}
        return seen[0] if len(symptoms) == 1 else Reading(Symptom.CUT, max(one.after_s for one in seen), HALF)

    def _across(self, one: Target, other: Target, patience_s: float) -> Reading:
        """A TCP connection needs both directions, so one that is cut is felt from either end."""
        asker, asked = (one, other) if other in self._members else (other, one)
        member = self._members[asked]
        return self._network.probe(self._hosts[asker], member.address, member.ping, patience_s)


def _pairs(fault: Severed) -> set[tuple[Target, Target]]:
    return {(one, other) if one.name < other.name else (other, one) for one, other in fault.ways}


def _names(pair: tuple[Target, Target]) -> tuple[str, str]:
    return pair[0].name, pair[1].name
