"""Those who bring faults about. They know how; whether it worked is for the desk to find out."""

from typing import Protocol

from support.core.target import Target
from support.faults.model import Fault


class Injector(Protocol):
    """`use` counts what the system has asked of the target so far; None where that cannot be seen from outside."""

    def inject(self, target: Target, fault: Fault) -> None: ...
    def lift(self, target: Target, fault: Fault) -> None: ...
    def use(self, target: Target, fault: Fault) -> int | None: ...


class Nothing:
    """Does nothing and says that all went well. Every scenario that depends on a fault must notice."""

    def inject(self, target: Target, fault: Fault) -> None: ...
    def lift(self, target: Target, fault: Fault) -> None: ...
    def use(self, _target: Target, _fault: Fault) -> None:
        return None
