"""How long a recovery took that a step waits for, counted from the end of the fault."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.core.amounts import span
from support.core.errors import InconclusiveError
from support.core.eventually import eventually
from support.measure.recovery import MeasuredTime


@dataclass(frozen=True, slots=True)
class RecoveryStart:
    """The moment (unix seconds) from which recovery time counts: what the *fault* was, and *since* which event it was over."""

    at: float
    fault: str
    since: str


@dataclass(frozen=True, slots=True)
class ObservedRecovery:
    """*what* was true again after *time*, counted from *start*."""

    what: str
    start: RecoveryStart
    time: MeasuredTime

    @property
    def fault(self) -> str:
        """The fault, and the condition under which it counts as over."""
        return f"{self.start.fault}, until {self.what}"


def wait_for_recovery(
    what: str, start: RecoveryStart, check: Callable[[], None], within: timedelta
) -> ObservedRecovery:
    """Repeat *check* until it raises no `AssertionError`. Raises its last one if *within*, counted from *start*, has passed.

    Raises `InconclusiveError` if nobody looked before *within* had passed, and it is true by then.
    """
    asked, before = start.at, start.at

    def look() -> None:
        nonlocal asked, before
        asked, before = time.time(), asked
        check()

    left = within - timedelta(seconds=time.time() - start.at)
    if left > timedelta(0):
        eventually(look, within=left)
    else:
        look()
        raise InconclusiveError(f"{what}, but nobody looked before {span(within.total_seconds())} had passed")
    seen = time.time()
    return ObservedRecovery(what, start, MeasuredTime(seen - start.at, seen - before))
