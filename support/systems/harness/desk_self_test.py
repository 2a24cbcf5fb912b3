"""Runs the fault desk under false conditions, to check that it detects them."""

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
class DeskResult:
    """How a desk's scenario ended: the class name of the error that it raised ("" if none), and its message."""

    error: str
    message: str


class _DiscardedLog:
    """Keeps the events of self-tests out of the journal: they are no events of the running scenario."""

    def write(self, event: str, **fields: object) -> None: ...


class DeskSelfTest:
    """Each method runs a scenario of its own with a desk of its own, and returns how it ended."""

    def __init__(self, site: Site, dependencies: Mapping[Target, Dependency]) -> None:
        self._site = site
        self._dependencies = dependencies

    def without_effect(self, target: Target, fault: Fault) -> DeskResult:
        """The injectors do nothing."""
        idle = self._dependencies[target].without_effect()
        return self._run({target: idle}, lambda desk: desk.inject(target, fault))

    def without_use(self, target: Target) -> DeskResult:
        """The system does not use *target* during the fault."""
        return self.with_faults([(target, Silence())])

    def with_bypassed_link(self, target: Target) -> DeskResult:
        """The system reaches *target* without the fault proxy."""
        injector = LinkInjector(self._site.links, self._site.proxy, bypassed={target})
        bypassed = replace(self._dependencies[target], injectors={Mechanism.LINK: injector})
        return self._run({target: bypassed}, lambda desk: desk.inject(target, Outage()))

    def with_faults(self, faults: Iterable[tuple[Target, Fault]]) -> DeskResult:
        """The scenario ends while all of *faults* are in force."""

        def inject_all(desk: FaultDesk) -> None:
            for target, fault in faults:
                desk.inject(target, fault)

        return self._run(self._dependencies, inject_all)

    def _run(self, dependencies: Mapping[Target, Dependency], act: Callable[[FaultDesk], None]) -> DeskResult:
        log: Log = _DiscardedLog()
        try:
            with FaultDesk("desk self-test", dependencies, log) as desk:
                act(desk)
        except HoldfastError as error:
            return DeskResult(type(error).__name__, str(error))
        return DeskResult("", "the desk raised no error")
