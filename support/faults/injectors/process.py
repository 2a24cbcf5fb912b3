"""Kills, stops or freezes the process of a part."""

from collections.abc import Mapping

from support.core.errors import NotStartedError
from support.core.target import Target
from support.environments.parts import Part
from support.faults.model import Crash, Fault, Freeze, Stop


class ProcessInjector:
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

    def recover(self, target: Target, fault: Fault) -> None:
        if isinstance(fault, Freeze):
            self._parts[target].thaw()
        else:
            start_again(target, self._parts[target])

    def use(self, _target: Target, _fault: Fault) -> None:
        return None


def start_again(target: Target, part: Part) -> None:
    """Start *part* again. If it does not start and *target* is the product, raises `AssertionError`: a promise is broken."""
    try:
        part.start()
    except NotStartedError as failure:
        if target.judged:
            raise AssertionError(f"after its process had ended, {failure}") from None
        raise
