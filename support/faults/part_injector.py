"""Ends or holds the part itself."""

from collections.abc import Mapping

from support.backends.site import Part
from support.faults.model import Crash, Fault, Freeze, Stop, Target


class PartInjector:
    def __init__(self, parts: Mapping[Target, Part]) -> None:
        self._parts = parts

    def inject(self, target: Target, fault: Fault) -> None:
        part = self._parts[target]
        match fault:
            case Crash():
                part.kill()
            case Stop():
                part.stop()
            case Freeze():
                part.freeze()

    def lift(self, target: Target, fault: Fault) -> None:
        if isinstance(fault, Freeze):
            self._parts[target].thaw()
        else:
            self._parts[target].start()

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
