"""The time during which the provider must not be called (HTTP 429)."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

MAX_S = 86400.0


def parse_retry_after(value: str | None, at: datetime) -> float | None:
    """Seconds to wait from *at*, from delta-seconds or an HTTP-date (RFC 9110, 10.2.3). None for an invalid value.

    A date in the past gives 0. The result is at most a day, so that a wrong header cannot block the service for longer.
    """
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return min(float(text), MAX_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - at).total_seconds(), 0.0), MAX_S)


class Cooldown:
    """Without a Retry-After header the wait is *first_s* seconds and doubles with each further 429."""

    def __init__(self, first_s: float) -> None:
        self._first_s = first_s
        self._until = 0.0
        self._in_a_row = 0

    def begin(self, retry_after_s: float | None) -> float:
        """Start or extend the wait and return its seconds. Concurrent 429 answers count as one."""
        if retry_after_s is None and (remaining_s := self.remaining_s()):
            return remaining_s
        if retry_after_s is None:
            retry_after_s = min(self._first_s * 2.0 ** min(self._in_a_row, 30), MAX_S)
            self._in_a_row += 1
        self.extend(retry_after_s)
        return retry_after_s

    def extend(self, remaining_s: float) -> None:
        """Wait at least *remaining_s* seconds from now, as another instance does."""
        self._until = max(self._until, time.monotonic() + remaining_s)

    def accepted(self) -> None:
        """The provider answers again: the next wait starts at *first_s*."""
        self._in_a_row = 0

    def remaining_s(self) -> float:
        return max(0.0, self._until - time.monotonic())
