"""Bounds of durations; how far one was missed tells a plain mistake from the noise of a measurement."""

from datetime import timedelta

FAR = 1000.0


class MissedBoundError(AssertionError):
    """A figure broke its bound. *times* is how many times it was too large, or too small: more than 1, `FAR` at most."""

    def __init__(self, message: str, times: float) -> None:
        super().__init__(message)
        self.times = min(times, FAR)


class LateError(MissedBoundError):
    """Something took *times* as long as promised. On a busy machine it need not be the product's fault.

    *since* is when the wait began, on the monotonic clock; None if that is not known.
    """

    def __init__(self, message: str, times: float, since: float | None = None) -> None:
        super().__init__(message, times)
        self.since = since


def assert_at_most(seen: timedelta, limit: timedelta, what: str) -> None:
    """Raises `LateError` if *seen* is longer than *limit*; *what* names it in the message."""
    if seen > limit:
        raise LateError(f"{what}: expected at most {_s(limit)}; seen: {_s(seen)}", seen / limit if limit else FAR)


def assert_at_least(seen: timedelta, limit: timedelta, what: str) -> None:
    """Raises `MissedBoundError` if *seen* is shorter than *limit*; *what* names it in the message."""
    if seen < limit:
        raise MissedBoundError(
            f"{what}: expected at least {_s(limit)}; seen: {_s(seen)}", limit / seen if seen > timedelta() else FAR
        )


def missed_times(error: BaseException) -> float | None:
    """How many times a bound was missed, if *error*, or what it was raised from, is about a bound."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, MissedBoundError):
        cause = cause.__cause__
    return cause.times if cause else None


def _s(span: timedelta) -> str:
    return f"{span.total_seconds():.3g} s"
