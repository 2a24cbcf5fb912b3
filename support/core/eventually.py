"""Waiting for a condition, bounded and by the monotonic clock."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from support.core.bounds import FAR, LateError
from support.core.processor_time import WATCH

T = TypeVar("T")
BRIEF_S = 0.1  # a wait of which nobody needs to know how busy the machine was
LONGEST_EXTENSION_S = 30.0


def eventually(check: Callable[[], T], *, within: timedelta, every: float = 0.01) -> T:
    """Call *check* until it raises no `AssertionError`, and return its result. Pauses for *every* seconds between two calls.

    After *within*, which is a promise of the product, raises an `AssertionError` that contains the last one. While other programs
    keep the machine busy it looks on, for as long as they explain: what comes then is a `LateError`, unlike what never comes.
    """
    return _wait(check, within, every, promised=True)


def patiently(check: Callable[[], T], *, within: timedelta, every: float = 0.01) -> T:
    """As `eventually`, where nobody has promised *within*: on a busy machine it may take longer, and is as good."""
    return _wait(check, within, every, promised=False)


def _wait(check: Callable[[], T], within: timedelta, every: float, *, promised: bool) -> T:
    began, limit_s = time.monotonic(), within.total_seconds()
    late: AssertionError | None = None
    while True:
        try:
            result = check()
        except AssertionError as last:
            waited_s = time.monotonic() - began
            if waited_s >= limit_s:
                late = last
                if waited_s >= min(limit_s * WATCH.slowdown_since(began), limit_s + LONGEST_EXTENSION_S):
                    raise _never(last, limit_s, waited_s) from last
            elif waited_s >= BRIEF_S:
                WATCH.look()
        else:
            took_s = time.monotonic() - began
            if promised and took_s > limit_s:
                before = f"; until then: {late}" if late else ", as the first look took so long"
                message = f"fulfilled only after {took_s:.3g} s, not within {limit_s:g} s{before}"
                raise LateError(message, took_s / limit_s if limit_s else FAR, began)
            return result
        time.sleep(every)


def _never(last: AssertionError, limit_s: float, waited_s: float) -> AssertionError:
    looked_on = f", nor within {waited_s:.3g} s" if waited_s > 1.2 * limit_s + BRIEF_S else ""
    return AssertionError(f"not fulfilled within {limit_s:g} s{looked_on}: {last}")


def throughout(check: Callable[[], None], *, span: timedelta, every: float = 0.02) -> None:
    """Call *check* repeatedly for *span*, pausing for *every* seconds; its first `AssertionError` propagates.

    This asserts that something does not happen within a stated time.
    """
    deadline = time.monotonic() + span.total_seconds()
    while time.monotonic() < deadline:
        check()
        time.sleep(every)
    check()
