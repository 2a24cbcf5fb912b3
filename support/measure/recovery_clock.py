"""How long it took until all was well again, counted from the moment at which what was wrong had ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.core.eventually import eventually
from support.measure.recovery import Span


@dataclass(frozen=True, slots=True)
class Relief:
    """The moment (unix seconds) from which on nothing was wrong any more, what had been wrong, and what had ended it."""

    at: float
    fault: str
    since: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """*what* was so again, a *span* after the relief."""

    what: str
    relief: Relief
    span: Span

    @property
    def fault(self) -> str:
        """What was wrong, and what had to be so for it to count as over."""
        return f"{self.relief.fault}, until {self.what}"


def recovered(what: str, relief: Relief, check: Callable[[], None], within: timedelta) -> Recovered:
    """Look until *check* raises no `AssertionError` any more, for *within* from the relief on."""
    asked, before = relief.at, relief.at

    def look() -> None:
        nonlocal asked, before
        asked, before = time.time(), asked
        check()

    left = within - timedelta(seconds=time.time() - relief.at)
    eventually(look, within=max(left, timedelta(0)))
    seen = time.time()
    return Recovered(what, relief, Span(seen - relief.at, seen - before))
