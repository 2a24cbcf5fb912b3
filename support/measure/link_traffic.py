"""How the system uses its links, as counted by the fault proxy; probes of the suite do not count."""

from collections.abc import Mapping
from dataclasses import dataclass

from support.core.errors import InconclusiveError
from support.core.target import Target
from support.environments.parts import Link
from support.fault_proxy.client import Toxiproxy


@dataclass(frozen=True, slots=True)
class Connections:
    """How many connections a system has *made* so far over one of its links."""

    made: int


class LinkTraffic:
    def __init__(self, links: Mapping[Target, Link], proxy: Toxiproxy) -> None:
        self._links = links
        self._proxy = proxy

    def connections(self, target: Target) -> int:
        """Connections that the system has opened to *target* since the fault proxy was started."""
        use = self._proxy.use(self._links[target].proxy)
        if use is None:
            raise InconclusiveError("this fault proxy does not count connections")
        return use.connections

    def count(self, target: Target) -> Connections:
        return Connections(self.connections(target))
