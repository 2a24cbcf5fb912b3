"""How a target of a system is probed, and which injectors can inject faults into it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from support.faults.injectors.base import Injector, NoOpInjector
from support.faults.model import Fault, Mechanism
from support.probes.reading import Reading

Probe = Callable[[Fault, float], Reading]
"""Returns what a client of the target experiences now, on the same path as the system, with a request that would show the fault.

The number is the time-out in seconds.
"""


@dataclass(frozen=True, slots=True)
class Dependency:
    """The probe of one target, and its injectors by the mechanism of the fault."""

    probe: Probe
    injectors: Mapping[Mechanism, Injector]

    def without_effect(self) -> "Dependency":
        """Return a copy whose injectors do nothing; every scenario with a fault on it must become inconclusive."""
        return replace(self, injectors=dict.fromkeys(Mechanism, NoOpInjector()))
