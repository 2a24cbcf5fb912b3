"""Blocks network paths between hosts."""

from collections.abc import Mapping

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.environments.network import Host, Network, Way
from support.faults.model import Fault, Severed


class NetworkInjector:
    def __init__(self, network: Network, hosts: Mapping[Target, Host]) -> None:
        self._network = network
        self._hosts = hosts

    def inject(self, _target: Target, fault: Fault) -> None:
        self._network.cut(self._ways(fault))

    def recover(self, _target: Target, fault: Fault) -> None:
        self._network.restore(self._ways(fault))

    def use(self, _target: Target, fault: Fault) -> int | None:
        """Return how many packets were dropped; the number grows only while a host keeps trying."""
        return self._network.dropped(self._ways(fault))

    def _ways(self, fault: Fault) -> list[Way]:
        return [(self._hosts[one], self._hosts[other]) for one, other in severed(fault).ways]


def severed(fault: Fault) -> Severed:
    if not isinstance(fault, Severed):
        raise BrokenHarnessError(f"the network cannot inject this fault: a target that {fault}")
    return fault
