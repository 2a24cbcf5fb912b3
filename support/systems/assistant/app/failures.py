"""What can go wrong with a call to the AI service, and what follows from it: the table of the contract."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum, auto

from support.systems.assistant.app.model import Kind


class Repeat(Enum):
    """When a call is repeated after a failure."""

    NEVER = auto()
    AFTER_BACKOFF = auto()
    AS_ASKED = auto()
    """After `Retry-After`; without one after the backoff."""
    ONCE_AT_ONCE = auto()


@dataclass(frozen=True, slots=True)
class Policy:
    """*counts* says whether the breaker takes it for a failure; if not, it is neither failure nor success."""

    repeat: Repeat
    counts: bool


POLICIES = {
    Kind.CONNECTION: Policy(Repeat.AFTER_BACKOFF, counts=True),
    Kind.TIME_OUT: Policy(Repeat.AFTER_BACKOFF, counts=True),
    Kind.SERVER_ERROR: Policy(Repeat.AFTER_BACKOFF, counts=True),
    Kind.RATE_LIMITED: Policy(Repeat.AS_ASKED, counts=True),
    Kind.MALFORMED: Policy(Repeat.ONCE_AT_ONCE, counts=True),
    Kind.REJECTED: Policy(Repeat.NEVER, counts=False),
    Kind.MISCONFIGURED: Policy(Repeat.NEVER, counts=False),
}
REQUEST_TIMEOUT, TOO_MANY_REQUESTS = 408, 429
CONTENT_REFUSED = (400, 413, 422)
LONGEST_RETRY_AFTER_S = 86_400.0  # a day: what asks for more is as good as away, or broken


class AttemptError(Exception):
    """A call to the AI service failed. *status* is None if there was no answer; *retry_after_s* is what it asked for.

    *cut_short*: it had less time than it may take, so that its time-out says nothing about the AI service.
    """

    def __init__(self, kind: Kind, status: int | None = None, retry_after_s: float | None = None) -> None:
        super().__init__(f"{kind} ({status})" if status else kind)
        self.kind = kind
        self.status = status
        self.retry_after_s = retry_after_s
        self.cut_short = False

    @property
    def policy(self) -> Policy:
        return POLICIES[self.kind]

    @property
    def counts(self) -> bool:
        """Whether the breaker takes it for a failure; if not, it is neither failure nor success."""
        return self.policy.counts and not self.cut_short


def kind_of_status(status: int) -> Kind:
    """The kind of failure that an answer with a *status* other than 200 is."""
    if status >= 500 or status == REQUEST_TIMEOUT:
        return Kind.SERVER_ERROR
    if status == TOO_MANY_REQUESTS:
        return Kind.RATE_LIMITED
    if status in CONTENT_REFUSED:
        return Kind.REJECTED
    return Kind.MALFORMED if status < 300 else Kind.MISCONFIGURED


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` of seconds or a date (RFC 9110, 10.2.3); None when there is none that can be read."""
    if value is None:
        return None
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), LONGEST_RETRY_AFTER_S)
    try:
        date = parsedate_to_datetime(value)
        wait_s = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):  # also of a year, an hour or a zone that no date has
        return None
    return min(max(0.0, wait_s), LONGEST_RETRY_AFTER_S)
