"""When a request is tried again."""

import random
from dataclasses import dataclass

from support.systems.tasks.app.client.settings import Retries

MOST_DOUBLINGS = 30


class AttemptError(Exception):
    """One attempt has failed in a way that another one may mend; *retry_after_s* is what the server asks for, 0 if nothing."""

    def __init__(self, reason: str, retry_after_s: float = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, slots=True)
class Backoff:
    settings: Retries

    def wait_s(self, failures: int, asked_s: float = 0) -> float:
        """The wait after that many failures in succession: min(cap, first * 2^(n-1)) + random(0, jitter), or *asked_s*."""
        doublings = min(failures - 1, MOST_DOUBLINGS)
        planned = min(self.settings.cap_s, self.settings.first_s * 2.0**doublings)
        return max(planned + random.uniform(0, self.settings.jitter_s), asked_s)  # noqa: S311  spreads load, keeps no secret


def repeatable(status: int) -> bool:
    """Whether an answer with this HTTP status may be another one next time."""
    return status in (408, 429) or status >= 500


def retry_after_s(text: str | None) -> float:
    """Of a header `Retry-After` in whole seconds; 0 if there is none."""
    return float(text) if text and text.isascii() and text.isdigit() else 0.0
