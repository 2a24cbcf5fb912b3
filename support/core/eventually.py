"""Waiting, done once: monotonic, bounded, and it tells what it saw last."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], *, within: timedelta, every: float = 0.01) -> T:
    """Return the first answer of *check* that does not raise `AssertionError`.

    Looks again every *every* seconds. Once *within* has passed, raises an `AssertionError` with the last text.
    """
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            return check()
        except AssertionError as last:
            if time.monotonic() >= deadline:
                raise AssertionError(f"still not so after {within.total_seconds():g} s: {last}") from last
        time.sleep(every)


def throughout(check: Callable[[], None], *, span: timedelta, every: float = 0.02) -> None:
    """Look again and again for *span*; the first `AssertionError` ends it. For what must not happen, in a named window."""
    deadline = time.monotonic() + span.total_seconds()
    while time.monotonic() < deadline:
        check()
        time.sleep(every)
    check()
