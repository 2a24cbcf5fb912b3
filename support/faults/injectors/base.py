"""The interface of injectors. An injector changes the target; the desk checks the effect."""

from typing import Protocol

from support.core.target import Target
from support.faults.model import Fault


class Injector(Protocol):
    """`recover` undoes `inject`. `use` counts what the system has sent to the target so far; None if that cannot be observed."""

    def inject(self, target: Target, fault: Fault) -> None: ...
    def recover(self, target: Target, fault: Fault) -> None: ...
    def use(self, target: Target, fault: Fault) -> int | None: ...


class NoOpInjector:
    """Does nothing and reports success. Every scenario with a fault must detect this."""

    def inject(self, target: Target, fault: Fault) -> None: ...
    def recover(self, target: Target, fault: Fault) -> None: ...
    def use(self, _target: Target, _fault: Fault) -> None:
        return None
