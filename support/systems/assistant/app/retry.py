"""Whether a failed call is repeated, and when."""

import random
from collections.abc import Sequence

from support.systems.assistant.app.failures import AttemptError, Repeat
from support.systems.assistant.app.model import Kind, RetrySettings


def backoff_s(settings: RetrySettings, attempt: int) -> float:
    """The wait after *attempt* (1, 2, ...): min(cap, first * 2^(attempt-1)) + random(0, jitter)."""
    planned = min(settings.backoff_cap_s, settings.backoff_first_s * 2.0 ** (attempt - 1))
    return planned + random.uniform(0, settings.jitter_s)  # noqa: S311  spreads load, keeps no secret


def wait_before_next_s(
    settings: RetrySettings, attempt: int, error: AttemptError, earlier: Sequence[Kind], remaining_s: float
) -> float | None:
    """Seconds until the next attempt; None when there is none.

    *earlier* has the kinds of the failures before *error*; *remaining_s* is left until the deadline. A wait that would
    end after it is not begun.
    """
    if attempt >= settings.attempts:
        return None
    match error.policy.repeat:
        case Repeat.NEVER:
            return None
        case Repeat.ONCE_AT_ONCE:
            wait_s = 0.0
            if error.kind in earlier:
                return None
        case Repeat.AS_ASKED if error.retry_after_s is not None:
            wait_s = error.retry_after_s
        case _:
            wait_s = backoff_s(settings, attempt)
    return wait_s if wait_s < remaining_s else None
