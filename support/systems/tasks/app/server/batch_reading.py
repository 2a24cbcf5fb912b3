"""The changes of a batch as they came, read from JSON: a wrong one is refused by itself."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal
from uuid import uuid5

from pydantic import Field, TypeAdapter, ValidationError

from support.systems.tasks.app.server.commands import NAMES, Alter, Create, full_key, is_id, not_found
from support.systems.tasks.app.server.core import Intention, TaskError
from support.systems.tasks.app.server.model import Content, Fields, Key, Model, NewTask, Priority, Status, Version


class _NewTask(Model):
    content: Content
    status: Annotated[Status, Field(strict=False)] = Status.PENDING
    priority: Annotated[Priority, Field(strict=False)] = Priority.MEDIUM


class _Create(Model):
    op_id: Key
    action: Literal["create"]
    task: _NewTask
    changed_at: str | None = None


class _Update(Model):
    op_id: Key
    action: Literal["update"]
    id: str
    base_version: Version
    task: Fields
    changed_at: str | None = None


class _Delete(Model):
    op_id: Key
    action: Literal["delete"]
    id: str
    base_version: Version
    changed_at: str | None = None


_CHANGE: TypeAdapter[_Create | _Update | _Delete] = TypeAdapter(
    Annotated[_Create | _Update | _Delete, Field(discriminator="action")]
)


@dataclass(frozen=True, slots=True)
class Op:
    """One change as it came; *change* is an error if it is none. *task_id* is empty if it names none."""

    op_id: Any
    task_id: str
    change: Create | Alter | TaskError
    changed_at: str | None = None

    @property
    def key(self) -> str:
        return "" if isinstance(self.change, TaskError) else self.change.key


def read_op(told: Any, repository: str, client_id: str) -> Op:
    op_id, task_id = (told.get("op_id"), told.get("id")) if isinstance(told, dict) else (None, None)
    known_id = task_id if isinstance(task_id, str) else ""
    try:
        read = _CHANGE.validate_python(told)
    except ValidationError as error:
        return Op(
            op_id, known_id, TaskError(422, "invalid_request", "The change is not valid.", errors=mistakes(error))
        )
    key = full_key(Intention(client_id, read.op_id))
    if isinstance(read, _Create):
        new_id = str(uuid5(NAMES, key))
        new = NewTask(repository=repository, **read.task.model_dump())
        return Op(read.op_id, new_id, Create(new_id, new, key), read.changed_at)
    if not is_id(read.id):
        return Op(op_id, known_id, not_found())
    alter = Alter(read.id, read.base_version, read.task if isinstance(read, _Update) else None, key)
    return Op(read.op_id, read.id, alter, read.changed_at)


def mistakes(error: ValidationError) -> list[dict[str, str]]:
    """Of a change; the name of its action, by which pydantic tells them apart, is left out."""
    found = []
    for one in error.errors(include_url=False, include_context=False, include_input=False):
        place = [str(part) for part in one["loc"]]
        named = place[1:] if len(place) > 1 and place[0] in ("create", "update", "delete") else place
        field_name = ".".join(named) or ("action" if one["type"].startswith("union_tag") else "change")
        found.append({"field": field_name, "message": one["msg"]})
    return found
