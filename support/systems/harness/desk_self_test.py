"""Desks that work under false conditions, to see that they say so."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from support.core.errors import HoldfastError
from support.core.target import Target
from support.environments.parts import Site
from support.faults.desk import FaultDesk, Log, Look
from support.faults.injectors.base import Injector, Nothing
from support.faults.injectors.link import LinkInjector
from support.faults.model import Fault, Mechanism, Outage, Silence


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

    def __init__(self, site: Site, look: Look, injectors: Mapping[Mechanism, Injector]) -> None:
        self._site = site
        self._look = look
        self._injectors = injectors

    def with_idle_tools(self, target: Target, fault: Fault) -> Doubt:
        return self._rehearse(dict.fromkeys(Mechanism, Nothing()), lambda desk: desk.strike(target, fault))

    def met_by_nobody(self, target: Target) -> Doubt:
        return self.ends_amid([(target, Silence())])

    def past_the_link(self, target: Target) -> Doubt:
        bypassed = LinkInjector(self._site.links, self._site.proxy, bypassed={target})
        return self._rehearse({**self._injectors, Mechanism.LINK: bypassed}, lambda desk: desk.strike(target, Outage()))

    def once_more(self, target: Target, fault: Fault) -> Doubt:
        return self.ends_amid([(target, fault)])

    def ends_amid(self, faults: Iterable[tuple[Target, Fault]]) -> Doubt:
        """A scenario that ends with all of *faults* in force."""

        def act(desk: FaultDesk) -> None:
            for target, fault in faults:
                desk.strike(target, fault)

        return self._rehearse(self._injectors, act)

    def _rehearse(self, injectors: Mapping[Mechanism, Injector], act: Callable[[FaultDesk], None]) -> Doubt:
        log: Log = _Unheard()
        try:
            with FaultDesk("rehearsal", injectors, self._look, log) as desk:
                act(desk)
        except HoldfastError as doubt:
            return Doubt(type(doubt).__name__, str(doubt))
        return Doubt("", "nothing was found wrong")
