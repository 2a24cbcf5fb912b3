"""What the server sends, as far as the client depends on it. Unknown fields are ignored."""

from typing import Any, Literal, TypeVar

import msgspec

Answer = TypeVar("Answer")
Status = Literal["pending", "in_progress", "done"]
Priority = Literal["low", "medium", "high"]


class MalformedError(Exception):
    """What came is not what the contract says."""


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """A task as the server has it; a tombstone if it is *deleted*. One that the server has not seen has version 0 and no times."""

    id: str
    repository: str
    content: str
    status: Status
    priority: Priority
    version: int
    created_at: str | None = None
    updated_at: str | None = None
    deleted: bool = False


class Result(msgspec.Struct, frozen=True):
    """What became of one change."""

    op_id: str
    status: Literal["applied", "conflict", "refused"]
    task: Task | None = None
    conflict: dict[str, Any] | None = None
    error: str = ""
    errors: list[dict[str, Any]] = []

    def __post_init__(self) -> None:
        complete = {
            "applied": self.task is not None,
            "conflict": self.task is not None and self.conflict is not None,
            "refused": bool(self.error),
        }
        if not complete[self.status]:
            raise ValueError(f"a result {self.status} that does not say what it has to")


class SyncAnswer(msgspec.Struct, frozen=True):
    number: int
    results: list[Result]
    changes: list[Task]


class Health(msgspec.Struct, frozen=True):
    status: Literal["healthy", "degraded"]


class Told(msgspec.Struct, frozen=True):
    """A message of the WebSocket. `subscribed`, `resync` and `event` name a repository and a number, an `event` its task, too."""

    type: str
    repository: str = ""
    number: int = 0
    kind: str = ""
    task: Task | None = None

    def __post_init__(self) -> None:
        if self.type == "event" and (self.task is None or self.number < 1):
            raise ValueError("an event without its number or task")


def decode(text: bytes | str, kind: type[Answer]) -> Answer:
    """Raises `MalformedError`."""
    try:
        return msgspec.json.decode(text, type=kind)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise MalformedError(str(error)) from None
