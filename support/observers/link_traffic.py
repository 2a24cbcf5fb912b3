"""How the system uses its links, counted in the fault proxy that they lead through; our own probes are left out."""

from collections.abc import Mapping

from support.backends.site import Link
from support.errors import InconclusiveError
from support.faults.model import Target
from support.faults.toxiproxy import Toxiproxy


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
