"""The changes that a request can ask for, as the writer carries them out: without I/O, one after another."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from uuid import UUID, uuid4, uuid5

from support.systems.tasks.app.server.core import Intention, Outcome, TaskError
from support.systems.tasks.app.server.model import Fields, NewTask, Task
from support.systems.tasks.app.server.records import Record
from support.systems.tasks.app.server.workspace import Workspace

NAMES = UUID("5fb15f79-c99d-466a-80d7-ed413ab865a3")
Result_co = TypeVar("Result_co", covariant=True)


class Command(Protocol[Result_co]):
    """It may be carried out anew, on records that were read anew."""

    @property
    def repository(self) -> str | None:
        """Whose number it may need beside those of the tasks."""

    @property
    def ids(self) -> Sequence[str]:
        """Of the tasks that it needs to know."""

    @property
    def keys(self) -> Sequence[str]:
        """Those under which it may have been carried out already."""

    def apply(self, work: Workspace) -> Result_co:
        """Raises `TaskError`, and has changed nothing then."""


def full_key(intention: Intention) -> str:
    """A key is the client's own; empty without one."""
    return f"{intention.client_id}/{intention.key}" if intention.key else ""


def digest(*request: Any) -> str:
    """By which the same request is known again, whatever way it comes."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:32]


def is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def not_found() -> TaskError:
    return TaskError(404, "not_found", "There is no such task.")


def key_reused() -> TaskError:
    return TaskError(422, "key_reused", "This key has been used for another request.")


def stale(task: Task) -> TaskError:
    return TaskError(412, "stale_version", "The task has changed since.", current=task.model_dump(mode="json"))


@dataclass(frozen=True, slots=True)
class Create:
    id: str
    new: NewTask
    key: str

    @classmethod
    def by(cls, new: NewTask, intention: Intention) -> "Create":
        key = full_key(intention)
        return cls(str(uuid5(NAMES, key) if key else uuid4()), new, key)

    @property
    def repository(self) -> str:
        return self.new.repository

    @property
    def ids(self) -> Sequence[str]:
        return (self.id,) if self.key else ()  # nothing can be there under an id drawn by chance

    @property
    def keys(self) -> Sequence[str]:
        return (self.key,) if self.key else ()

    @property
    def digest(self) -> str:
        return digest("create", self.new.model_dump(mode="json"))

    def apply(self, work: Workspace) -> Outcome:
        request = self.digest
        if earlier := replayed(work, self.key, request):
            return earlier
        if work.record(self.id):
            raise key_reused()
        fields = self.new.model_dump()
        task = Task(id=self.id, version=1, created_at=work.time, updated_at=work.time, **fields)
        work.put(Record.new(task, work.next_number(task.repository), self.key, request))
        return Outcome(task)


@dataclass(frozen=True, slots=True)
class Alter:
    """An update, or a deletion if there are no *fields*."""

    id: str
    base_version: int
    fields: Fields | None
    key: str
    repository: None = None

    @property
    def ids(self) -> Sequence[str]:
        return (self.id,)

    @property
    def keys(self) -> Sequence[str]:
        return (self.key,) if self.key else ()

    @property
    def digest(self) -> str:
        lost = self.fields.model_dump(mode="json", exclude_none=True) if self.fields else None
        return digest("delete" if self.fields is None else "update", self.id, self.base_version, lost)

    def apply(self, work: Workspace) -> Outcome:
        if earlier := replayed(work, self.key, self.digest):
            return earlier
        record = work.record(self.id)
        if record is None:
            raise not_found()
        if record.task.version != self.base_version:
            raise stale(record.task)
        if record.task.deleted:
            raise not_found()
        return Outcome(self.carry_out(work, record).task)

    def carry_out(self, work: Workspace, record: Record) -> Record:
        """Without looking at versions."""
        task = record.task
        changes = self.fields.model_dump(exclude_none=True) if self.fields else {"deleted": True}
        changes |= {"version": task.version + 1, "updated_at": max(work.time, task.updated_at)}
        number = work.next_number(task.repository)
        after = record.changed(task.model_copy(update=changes), number, self.key, self.digest)
        work.put(after)
        return after


def replayed(work: Workspace, key: str, request: str) -> Outcome | None:
    """The answer to the request that was the first with this *key*. Raises `TaskError` if that was another one."""
    found = work.used(key) if key else None
    if not found:
        return None
    record, use = found
    if use.digest != request:
        raise key_reused()
    return Outcome(record.answer_to(use), replayed=True)
