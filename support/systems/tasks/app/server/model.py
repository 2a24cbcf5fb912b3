"""Tasks, their changes and what becomes of these: the words that HTTP, WebSocket and MCP share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

MOST_CONTENT_BYTES = 20_000
MOST_CHANGES = 10_000  # of one batch
KEPT_EVENTS = 100  # of each task


def _fits(text: str) -> str:
    if len(text.encode()) > MOST_CONTENT_BYTES:
        raise ValueError(f"at most {MOST_CONTENT_BYTES:,} bytes")
    return text


Content = Annotated[str, StringConstraints(min_length=1), AfterValidator(_fits)]
Repository = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,100}\Z")]
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}\Z")]
Version = Annotated[int, Field(ge=1)]


class Status(StrEnum):
    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    DONE = "done"


class Priority(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class EventKind(StrEnum):
    CREATED = "task.created"
    UPDATED = "task.updated"
    DELETED = "task.deleted"


class ConflictKind(StrEnum):
    EDIT_EDIT = "edit_edit"
    EDIT_DELETE = "edit_delete"
    DELETE_EDIT = "delete_edit"
    STALE_VERSION = "stale_version"


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Fields(Model):
    """What a client may change of a task; None leaves it as it is."""

    content: Content | None = None
    status: Annotated[Status | None, Field(strict=False)] = None
    priority: Annotated[Priority | None, Field(strict=False)] = None


class NewTask(Model):
    repository: Repository
    content: Content
    status: Annotated[Status, Field(strict=False)] = Status.PENDING
    priority: Annotated[Priority, Field(strict=False)] = Priority.MEDIUM


class Task(Model):
    """A task as it is now; a tombstone if it is *deleted*."""

    id: str
    repository: str
    content: str
    status: Status
    priority: Priority
    version: int
    created_at: datetime
    updated_at: datetime
    deleted: bool = False


class Event(Model):
    repository: str
    number: int
    kind: EventKind
    task: Task


class Conflict(Model):
    id: str
    repository: str
    task_id: str
    kind: ConflictKind
    strategy: Literal["server_wins"] = "server_wins"
    op_id: str
    client_id: str
    base_version: int
    kept: Task
    lost: dict[str, object]
    changed_at: str | None = None  # as the client said; without meaning
    at: datetime
