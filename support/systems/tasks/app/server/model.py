"""Tasks, their changes and what becomes of these: the words that HTTP, WebSocket and MCP share."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
)

MOST_CONTENT_BYTES = 20_000
MOST_CHANGES = 10_000  # of one batch
KEPT_EVENTS = 100  # of each task


def _fits(text: str) -> str:
    if len(text.encode()) > MOST_CONTENT_BYTES:
        raise ValueError(f"at most {MOST_CONTENT_BYTES:,} bytes")
    return text


Content = Annotated[str, StringConstraints(min_length=1), AfterValidator(_fits)]
Repository = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._/-]{1,100}$")]
Key = Annotated[str, StringConstraints(pattern=r"^[!-~]{1,64}$")]
Version = Annotated[int, Field(ge=1)]
Time = Annotated[
    datetime,
    Field(strict=False),  # as text when it is read back from the store
    PlainSerializer(lambda time: time.isoformat(timespec="microseconds"), return_type=str, when_used="json"),
]


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
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)


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
    """A task as it is now; a tombstone if it is *deleted*. Its JSON is that of the contract: `deleted` only if it is true."""

    id: str
    repository: str
    content: str
    status: Annotated[Status, Field(strict=False)]
    priority: Annotated[Priority, Field(strict=False)]
    version: int
    created_at: Time
    updated_at: Time
    deleted: bool = False

    @model_serializer(mode="wrap")
    def _without_needless(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        if not self.deleted:
            fields.pop("deleted", None)
        return fields


class Event(Model):
    repository: str
    number: int
    kind: Annotated[EventKind, Field(strict=False)]
    task: Task


class Conflict(Model):
    id: str
    repository: str
    task_id: str
    kind: Annotated[ConflictKind, Field(strict=False)]
    strategy: Literal["server_wins"] = "server_wins"
    op_id: str
    client_id: str
    base_version: int
    kept: Task
    lost: dict[str, object]
    changed_at: str | None = None  # as the client said; without meaning
    at: Time

    @model_serializer(mode="wrap")
    def _without_needless(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = serialize(self)
        if self.changed_at is None:
            fields.pop("changed_at", None)
        return fields
