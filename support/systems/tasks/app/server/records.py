"""What the store keeps of a task: the task, its last changes, and the keys of its requests. One point, so that a change and its
event take effect together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, Self
from uuid import uuid4

from support.systems.tasks.app.server.model import KEPT_EVENTS, Event, EventKind, Task

TASKS = "tasks"  # the collection
TOMBSTONE = "deleted"  # the `status` of a tombstone's point: no list shows it


@dataclass(frozen=True, slots=True)
class Change:
    """One of the last changes of a task; *key* is that of the request, empty without one."""

    number: int
    kind: EventKind
    key: str
    task: Task

    @property
    def event(self) -> Event:
        return Event(repository=self.task.repository, number=self.number, kind=self.kind, task=self.task)


@dataclass(frozen=True, slots=True)
class Use:
    """A key has been used for the request with this *digest*, whose answer was the task's *version*."""

    digest: str
    version: int


@dataclass(frozen=True, slots=True)
class Record:
    """*created* is the number of the first change, *dropped* that of the newest which is no longer kept, 0 if all are.

    The *token* is new with every write: it says which of several writes has taken effect.
    """

    task: Task
    created: int
    dropped: int = 0
    token: str = ""
    history: tuple[Change, ...] = ()  # oldest first
    uses: Mapping[str, Use] = field(default_factory=dict)

    @property
    def number(self) -> int:
        """Of the last change."""
        return self.history[-1].number

    @property
    def last_key(self) -> str:
        return self.history[-1].key

    @classmethod
    def new(cls, task: Task, number: int, key: str, digest: str) -> Self:
        first = Change(number, EventKind.CREATED, key, task)
        return cls(task, number, 0, _token(), (first,), {key: Use(digest, task.version)} if key else {})

    def changed(self, task: Task, number: int, key: str, digest: str) -> "Record":
        kind = EventKind.DELETED if task.deleted else EventKind.UPDATED
        history = (*self.history, Change(number, kind, key, task))
        dropped = history[-KEPT_EVENTS - 1].number if len(history) > KEPT_EVENTS else self.dropped
        uses = self._uses(key, Use(digest, task.version))
        return Record(task, self.created, dropped, _token(), history[-KEPT_EVENTS:], uses)

    def left_as_it_is(self, key: str, digest: str) -> "Record":
        """A request that had nothing to change; its *key* counts all the same."""
        return replace(self, token=_token(), uses=self._uses(key, Use(digest, self.task.version)))

    def answer_to(self, use: Use) -> Task:
        """The task as it was after the request, as long as that is kept; afterwards as it is."""
        kept = (change.task for change in self.history if change.task.version == use.version)
        return next(kept, self.task)

    def events(self, after: int, until: int) -> Iterable[Event]:
        return (change.event for change in self.history if after < change.number <= until)

    def _uses(self, key: str, use: Use) -> Mapping[str, Use]:
        return {**self.uses, key: use} if key else self.uses


def to_payload(record: Record, epoch: int) -> dict[str, Any]:
    """Fields beside `task` and `history` are there to be searched for."""
    task = record.task
    shown = task.model_dump(mode="json")
    return {
        "repository": task.repository,
        "status": TOMBSTONE if task.deleted else task.status.value,
        "created": record.created,
        "number": record.number,
        "epoch": epoch,
        "token": record.token,
        "dropped": record.dropped,
        "last_key": record.last_key,
        "task": shown,
        "history": [*_written(record), _entry(record.history[-1], shown)],
        "keys": list(record.uses),
        "uses": [[use.digest, use.version] for use in record.uses.values()],
    }


def to_record(payload: Mapping[str, Any]) -> Record:
    """Raises `KeyError`, `TypeError` or `ValueError` for what `to_payload` has not made."""
    uses = zip(payload["keys"], payload["uses"], strict=True)
    return Record(
        task=to_task(payload),
        created=payload["created"],
        dropped=payload["dropped"],
        token=payload["token"],
        history=tuple(_read(payload["history"]))[::-1],
        uses={key: Use(digest, version) for key, (digest, version) in uses},
    )


def to_task(payload: Mapping[str, Any]) -> Task:
    return Task.model_validate(payload["task"])


def _written(record: Record) -> Iterable[dict[str, Any]]:
    """All but the newest. A content that stays the same up to the next change is kept with that only: contents may be long."""
    for change, following in pairwise(record.history):
        same = {"content"} if change.task.content == following.task.content else None
        yield _entry(change, change.task.model_dump(mode="json", exclude=same))


def _entry(change: Change, task: dict[str, Any]) -> dict[str, Any]:
    return {"number": change.number, "kind": change.kind.value, "key": change.key, "task": task}


def _read(history: list[dict[str, Any]]) -> Iterable[Change]:
    """Newest first."""
    content = ""
    for entry in reversed(history):
        content = entry["task"].get("content", content)
        task = Task.model_validate({**entry["task"], "content": content})
        yield Change(entry["number"], EventKind(entry["kind"]), entry["key"], task)


def _token() -> str:
    return uuid4().hex
