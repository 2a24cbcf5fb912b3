"""Desks that work under false conditions, to see that they say so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from support.core.errors import HoldfastError
from support.core.target import Target
from support.faults.dependency import Dependency
from support.faults.desk import FaultDesk, Log
from support.faults.injectors.link import LinkInjector
from support.faults.model import Fault, Mechanism, Outage, Silence
from support.systems.catalog.environment.site import Site


@dataclass(frozen=True, slots=True)
class Doubt:
    """How a rehearsal ended: the kind of the error that it raised ("" = none), and its words."""

    kind: str
    reason: str


class _Unheard:
    """A log that nobody reads: what is rehearsed did not happen."""

    def write(self, event: str, **fields: object) -> None: ...


class Rehearsal:
    """Makes desks whose tools do nothing, whose links are bypassed, or whose faults nobody meets."""

    def __init__(self, site: Site, dependencies: Mapping[Target, Dependency]) -> None:
        self._site = site
        self._dependencies = dependencies

    def with_idle_tools(self, target: Target, fault: Fault) -> Doubt:
        idle = self._dependencies[target].without_effect()
        return self._rehearse({target: idle}, lambda desk: desk.inject(target, fault))

    def met_by_nobody(self, target: Target) -> Doubt:
        return self.ends_amid([(target, Silence())])

    def past_the_link(self, target: Target) -> Doubt:
        bypassed = LinkInjector(self._site.links, self._site.proxy, bypassed={target})
        past = replace(self._dependencies[target], injectors={Mechanism.LINK: bypassed})
        return self._rehearse({target: past}, lambda desk: desk.inject(target, Outage()))

    def ends_amid(self, faults: Iterable[tuple[Target, Fault]]) -> Doubt:
        """A scenario that ends with all of *faults* in force."""

        def act(desk: FaultDesk) -> None:
            for target, fault in faults:
                desk.inject(target, fault)

        return self._rehearse(self._dependencies, act)

    def _rehearse(self, dependencies: Mapping[Target, Dependency], act: Callable[[FaultDesk], None]) -> Doubt:
        log: Log = _Unheard()
        try:
            with FaultDesk("rehearsal", dependencies, log) as desk:
                act(desk)
        except HoldfastError as doubt:
            return Doubt(type(doubt).__name__, str(doubt))
        return Doubt("", "nothing was found wrong")
