"""Injects faults into the links between a system and its dependencies, through the fault proxy."""

from collections.abc import Callable, Collection, Mapping, Sequence

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

_NEVER_MS = 86_400_000
# In the order in which they are added. Without the first, a server that closes after its answer ends the silence.
_CUTS: Mapping[type[Fault], tuple[Toxic, ...]] = {
    Silence: (
        Toxic("slow_close", {"delay": _NEVER_MS}, name="silent-end"),
        Toxic("timeout", {"timeout": 0}, name="silence"),
    ),
    OneWayLoss: (Toxic("timeout", {"timeout": 0}, "upstream", name="one-way-loss"),),
    Unreachable: (Toxic("blackhole", stream="upstream", name="unreachable"),),
}


class LinkInjector:
    """*bypassed* are the targets that the system reaches without the fault proxy: a fault on their links proves nothing."""

    def __init__(self, links: Mapping[Target, Link], proxy: Toxiproxy, bypassed: Collection[Target] = ()) -> None:
        self._links = links
        self._proxy = proxy
        self._bypassed = bypassed

    def inject(self, target: Target, fault: Fault) -> None:
        if target in self._bypassed:
            raise InconclusiveError(f"the system reaches the {target} without passing the fault proxy")
        name = self._links[target].proxy
        if isinstance(fault, Outage):
            self._proxy.disable(name)
        else:
            for toxic in _toxics(fault):
                self._proxy.add(name, toxic)

    def recover(self, target: Target, fault: Fault) -> None:
        if target in self._bypassed:
            return  # nothing was injected
        name = self._links[target].proxy
        if isinstance(fault, Outage):
            self._proxy.enable(name)
        else:
            self._remove(name, _toxics(fault))

    def _remove(self, name: str, toxics: Sequence[Toxic]) -> None:
        """Try to remove every toxic, even if one cannot be (it was never added); raises the first trouble afterwards."""
        troubles = []
        for toxic in reversed(toxics):
            try:
                self._proxy.remove(name, toxic.name)
            except BrokenHarnessError as trouble:
                troubles.append(trouble)
        if troubles:
            raise troubles[0]

    def use(self, target: Target, fault: Fault) -> int | None:
        if isinstance(fault, Outage | Unreachable):
            return None  # the proxy does not count connections that it does not accept
        return traffic(self._proxy, self._links[target])


def traffic(proxy: Toxiproxy, link: Link) -> int | None:
    """Return how many bytes the system, not the suite's probes, has sent into *link*; None if the proxy does not count them."""
    use = proxy.use(link.proxy)
    return use.sent if use else None


def bypassed(links: Mapping[Target, Link], proxy: Toxiproxy, use_all: Callable[[], object]) -> set[Target]:
    """Return the targets whose links carried no data while *use_all* made the system use each of its dependencies."""
    before = {target: traffic(proxy, link) for target, link in links.items()}
    use_all()
    return {
        target
        for target, link in links.items()
        if before[target] is not None and traffic(proxy, link) == before[target]
    }


def _toxics(fault: Fault) -> tuple[Toxic, ...]:
    return _CUTS.get(type(fault)) or (_toxic(fault),)


def _toxic(fault: Fault) -> Toxic:
    match fault:
        case Slowness(delay):
            return Toxic("latency", {"latency": round(delay.total_seconds() * 1000), "jitter": 0}, name="slowness")
        case Trickle(rate):
            return Toxic("bandwidth", {"rate": rate}, name="trickle")
        case Drops(one_in):
            return Toxic("reset_peer", {"timeout": 0}, "upstream", toxicity=1 / one_in, name="drops")
        case TruncatedAnswer(after):
            return Toxic("limit_data", {"bytes": after}, name="truncated-answer")
    raise BrokenHarnessError(f"the fault proxy has no toxic for this fault: a link that {fault}")
