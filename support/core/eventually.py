"""Waiting for a condition, bounded and by the monotonic clock."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

T = TypeVar("T")


def eventually(check: Callable[[], T], *, within: timedelta, every: float = 0.01) -> T:
    """Call *check* until it raises no `AssertionError`, and return its result. Pauses for *every* seconds between two calls.

    After *within*, raises an `AssertionError` that contains the last one.
    """
    deadline = time.monotonic() + within.total_seconds()
    while True:
        try:
            return check()
        except AssertionError as last:
            if time.monotonic() >= deadline:
                raise AssertionError(f"not fulfilled within {within.total_seconds():g} s: {last}") from last
        time.sleep(every)


def throughout(check: Callable[[], None], *, span: timedelta, every: float = 0.02) -> None:
    """Call *check* repeatedly for *span*, pausing for *every* seconds; its first `AssertionError` propagates.

    This asserts that something does not happen within a stated time.
    """
    deadline = time.monotonic() + span.total_seconds()
    while time.monotonic() < deadline:
        check()
        time.sleep(every)
    check()
