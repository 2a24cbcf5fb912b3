"""What the server does with tasks, whatever protocol asks for it. HTTP, WebSocket and MCP call this, and nothing below it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from support.systems.tasks.app.server.model import Conflict, Event, Fields, NewTask, Status, Task
from support.systems.tasks.app.server.observing import BreakerState


@dataclass(frozen=True, slots=True)
class Intention:
    """Whose request it is, and the key under which it has its effect once; without *key* each request is its own."""

    client_id: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The task after a change; *replayed* if an earlier request with the same key had made it."""

    task: Task
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class TaskPage:
    """*following* is the id after which the next page begins, None at the end; *number* that of the repository's last change."""

    tasks: Sequence[Task]
    following: str | None
    number: int


@dataclass(frozen=True, slots=True)
class SyncResult:
    """*body* is the answer of the contract, without the repository's name being checked again."""

    body: dict[str, Any]
    replayed: bool = False


class TaskError(Exception):
    """Refused as the contract says: *error* is its name there, *fields* what stands beside it in the answer."""

    def __init__(
        self, status: int, error: str, message: str, *, retry_after_s: float | None = None, **fields: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.message = message
        self.retry_after_s = retry_after_s
        self.fields = fields


class StoreUnavailableError(TaskError):
    """The store does not answer, or the breaker is open."""

    def __init__(self, message: str, *, retry_after_s: float, in_doubt: bool = False) -> None:
        outcome = "unknown" if in_doubt else "not_done"
        super().__init__(503, "store_unavailable", message, retry_after_s=retry_after_s, outcome=outcome)


class Feed(Protocol):
    """The events of one repository for one subscriber: those that it has missed, then those to come, each once, in order."""

    @property
    def number(self) -> int:
        """Of the last change when the subscription began."""

    @property
    def resync(self) -> bool:
        """Whether events after the one asked for are no longer kept."""

    def __aiter__(self) -> AsyncIterator[Event]:
        """Ends never by itself. Raises `TooSlowError` once too many events wait."""

    async def overflow(self) -> None:
        """Returns once too many events wait: whoever sends may be stuck in the middle of an event, and not iterate."""

    async def close(self) -> None: ...


class TooSlowError(Exception):
    """More events wait for a subscriber than it may leave waiting."""


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """*store* is that of the last contact: "up", "down" or "unknown". *retry_after_s* is None unless the breaker is open."""

    store: str
    breaker: BreakerState
    failures: int
    retry_after_s: float | None


class Core(Protocol):
    """All methods raise `TaskError`."""

    def status(self) -> StoreStatus:
        """As of now, at once, without a call to the store."""

    async def create(self, new: NewTask, intention: Intention) -> Outcome: ...

    async def get(self, task_id: str) -> Task: ...

    async def list(self, repository: str, status: Status | None, limit: int, after: str | None) -> TaskPage: ...

    async def update(self, task_id: str, base_version: int, fields: Fields, intention: Intention) -> Outcome: ...

    async def delete(self, task_id: str, base_version: int, intention: Intention) -> Outcome: ...

    async def sync(
        self, repository: str, since: int, changes: Sequence[dict[str, Any]], intention: Intention
    ) -> SyncResult:
        """*changes* as they came: a wrong one is refused by itself, in its result."""

    async def conflicts(self, repository: str) -> Sequence[Conflict]: ...

    async def events(self, repository: str, since: int, limit: int) -> tuple[Sequence[Event], int]:
        """Events after *since*, and the repository's last number."""

    async def subscribe(self, repository: str, since: int | None) -> Feed: ...
