"""What brings a fault about and takes it back. Whether that worked is for the desk to find out."""

from typing import Protocol

from support.core.target import Target
from support.faults.model import Fault


class Injector(Protocol):
    """`recover` takes back what `inject` did. `use` counts the requests of the system to the target so far; None where that cannot
    be seen from outside.
    """

    def inject(self, target: Target, fault: Fault) -> None: ...
    def recover(self, target: Target, fault: Fault) -> None: ...
    def use(self, target: Target, fault: Fault) -> int | None: ...


class NoOpInjector:
    """Does nothing and reports success. Every scenario that depends on a fault must notice."""

    def inject(self, target: Target, fault: Fault) -> None: ...
    def recover(self, target: Target, fault: Fault) -> None: ...
    def use(self, _target: Target, _fault: Fault) -> None:
        return None
