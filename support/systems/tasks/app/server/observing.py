"""What happens below the protocols, told to whoever counts it (metrics.py) or writes it down (logs.py)."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from support.systems.tasks.app.server.model import ConflictKind


class CallOutcome(StrEnum):
    OK = "ok"
    FAILED = "failed"
    NOT_PERMITTED = "not_permitted"  # the breaker is open, or its probes are taken


class BreakerState(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


@dataclass(frozen=True, slots=True)
class StoreCalled:
    """One call to the store; *reason* says in one word why it failed ("timeout", "refused", "status 500")."""

    call: str
    outcome: CallOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class BreakerMoved:
    before: BreakerState
    after: BreakerState


@dataclass(frozen=True, slots=True)
class WriteInDoubt:
    """The store's answer to a write was lost."""

    repository: str
    task_id: str


@dataclass(frozen=True, slots=True)
class WriteMadeCertain:
    repository: str
    task_id: str
    took_effect: bool


@dataclass(frozen=True, slots=True)
class EventPublished:
    repository: str
    number: int


@dataclass(frozen=True, slots=True)
class ConflictRecorded:
    repository: str
    task_id: str
    kind: ConflictKind


@dataclass(frozen=True, slots=True)
class SubscriberTooSlow:
    repository: str


Happening = (
    StoreCalled | BreakerMoved | WriteInDoubt | WriteMadeCertain | EventPublished | ConflictRecorded | SubscriberTooSlow
)
Observer = Callable[[Happening], None]
