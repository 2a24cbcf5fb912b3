"""Cuts paths between the hosts of a cluster, and looks at them from both ends."""

from collections.abc import Mapping

from support.core.errors import BrokenHarnessError
from support.environments.network import Host, Network, Way
from support.faults.model import Fault, Severed, Target
from support.probes.reading import Reading, Symptom
from support.probes.tcp import knock
from support.systems.infrastructure.clusters.cluster import Member

HALF = "some paths are open and some are not"


class NetworkInjector:
    def __init__(self, network: Network, hosts: Mapping[Target, Host]) -> None:
        self._network = network
        self._hosts = hosts

    def inject(self, _target: Target, fault: Fault) -> None:
        self._network.cut(self._ways(fault))

    def lift(self, _target: Target, fault: Fault) -> None:
        self._network.restore(self._ways(fault))

    def use(self, _target: Target, fault: Fault) -> int | None:
        """Packets that did not arrive; it grows only if somebody goes on trying."""
        return self._network.dropped(self._ways(fault))

    def _ways(self, fault: Fault) -> list[Way]:
        return [(self._hosts[one], self._hosts[other]) for one, other in _severed(fault).ways]


class ClusterProbes:
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


def _severed(fault: Fault) -> Severed:
    if not isinstance(fault, Severed):
        raise BrokenHarnessError(f"the network cannot make that something {fault}")
    return fault


def _pairs(fault: Severed) -> set[tuple[Target, Target]]:
    return {(one, other) if one.value < other.value else (other, one) for one, other in fault.ways}


def _names(pair: tuple[Target, Target]) -> tuple[str, str]:
    return pair[0].value, pair[1].value
