"""Breaks the path between the service and a part, in the fault proxy."""

from collections.abc import Callable, Collection, Mapping

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.target import Target
from support.environments.parts import Link
from support.fault_proxy.client import Toxic, Toxiproxy
from support.faults.model import (
    Drops,
    Fault,
    OneWayLoss,
    Outage,
    Silence,
    Slowness,
    Trickle,
    TruncatedAnswer,
    Unreachable,
)

CUTS: Mapping[type[Fault], Toxic] = {
    Silence: Toxic("timeout", {"timeout": 0}, name="silence"),
    OneWayLoss: Toxic("timeout", {"timeout": 0}, "upstream", name="deafness"),
    Unreachable: Toxic("blackhole", stream="upstream", name="unreachable"),
}


class LinkInjector:
    """*bypassed* are the links that the system was not seen to use when it should have: to break them proves nothing."""

    def __init__(self, links: Mapping[Target, Link], proxy: Toxiproxy, bypassed: Collection[Target] = ()) -> None:
        self._links = links
        self._proxy = proxy
        self._bypassed = bypassed

    def inject(self, target: Target, fault: Fault) -> None:
        if target in self._bypassed:
            raise InconclusiveError(f"the system reaches the {target} past the link that we can break")
        name = self._links[target].proxy
        if isinstance(fault, Outage):
            self._proxy.disable(name)
        else:
            self._proxy.add(name, _toxic(fault))

    def recover(self, target: Target, fault: Fault) -> None:
        if target in self._bypassed:
            return  # nothing was injected
        name = self._links[target].proxy
        if isinstance(fault, Outage):
            self._proxy.enable(name)
        else:
            self._proxy.remove(name, _toxic(fault).name)

    def use(self, target: Target, fault: Fault) -> int | None:
        if isinstance(fault, Outage | Unreachable):
            return None  # a connection that is never taken passes no counter
        return traffic(self._proxy, self._links[target])


def traffic(proxy: Toxiproxy, link: Link) -> int | None:
    """Bytes that the system (not our probes) has sent into *link* so far; None where the proxy does not count."""
    use = proxy.use(link.proxy)
    return use.sent if use else None


def bypassed(links: Mapping[Target, Link], proxy: Toxiproxy, use_all: Callable[[], object]) -> set[Target]:
    """The links that carried nothing while *use_all* had the system turn to everything that it depends on."""
    before = {target: traffic(proxy, link) for target, link in links.items()}
    use_all()
    return {
        target
        for target, link in links.items()
        if before[target] is not None and traffic(proxy, link) == before[target]
    }


def _toxic(fault: Fault) -> Toxic:
    if cut := CUTS.get(type(fault)):
        return cut
    match fault:
        case Slowness(delay):
            return Toxic("latency", {"latency": round(delay.total_seconds() * 1000), "jitter": 0}, name="slowness")
        case Trickle(rate):
            return Toxic("bandwidth", {"rate": rate}, name="trickle")
        case Drops(one_in):
            return Toxic("reset_peer", {"timeout": 0}, "upstream", toxicity=1 / one_in, name="drops")
        case TruncatedAnswer(after):
            return Toxic("limit_data", {"bytes": after}, name="cut-off")
    raise BrokenHarnessError(f"the fault proxy cannot make that a link {fault}")
