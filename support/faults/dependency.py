"""How each target of a system is looked at, and by what each fault on it is brought about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from support.faults.injectors.base import Injector, NoOpInjector
from support.faults.model import Fault, Mechanism
from support.probes.reading import Reading

Look = Callable[[Fault, float], Reading]
"""What a client of the target experiences now, on the path of the system itself, asked in the way in which the fault would show.

The number is how long it waits for an answer, in seconds.
"""


@dataclass(frozen=True, slots=True)
class Dependency:
    """One target: *look* is its probe, *injectors* are those that can break it, by the mechanism of the fault."""

    look: Look
    injectors: Mapping[Mechanism, Injector]

    def without_effect(self) -> "Dependency":
        """The same, with injectors that do nothing: every scenario with a fault must turn inconclusive."""
        return replace(self, injectors=dict.fromkeys(Mechanism, NoOpInjector()))
