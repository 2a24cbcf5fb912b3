"""How long it took until all was well again, counted from the moment at which what was wrong had ended."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.eventually import eventually


@dataclass(frozen=True, slots=True)
class Relief:
    """The moment (unix seconds) from which on nothing was wrong any more, and what had ended then."""

    at: float
    what: str


@dataclass(frozen=True, slots=True)
class Recovered:
    """*what* was so *took_s* seconds after *at* (unix), when *since* was true."""

    what: str
    at: float
    took_s: float
    since: str


def recovered(what: str, relief: Relief, check: Callable[[], None], within: timedelta) -> Recovered:
    """Look until *check* raises no `AssertionError` any more, for *within* from the relief on."""
    left = within - timedelta(seconds=time.time() - relief.at)
    eventually(check, within=max(left, timedelta(0)))
    return Recovered(what, relief.at, time.time() - relief.at, relief.what)
