"""Changes that a person makes: each is kept first, and waits until the server has answered it."""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from support.systems.tasks.app.client.database import Database
from support.systems.tasks.app.client.views import View, the_one, views
from support.systems.tasks.app.client.waiting import CREATE, DELETE, Waiting, put, waiting

ID_NAMESPACE = uuid.UUID("5fb15f79-c99d-466a-80d7-ed413ab865a3")  # the contract's: the server derives the same ids
MOST_CHANGES, MOST_BYTES = 1_000, 2_000_000  # of one request


@dataclass(frozen=True, slots=True)
class Queued:
    op_id: str
    task_id: str


class Outbox:
    """All methods raise `DatabaseError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, repository: str, fields: Mapping[str, str]) -> Queued:
        op_id = uuid.uuid4().hex
        task_id = str(uuid.uuid5(ID_NAMESPACE, f"{self._database.client_id}/{op_id}"))
        with self._database.transaction() as connection:
            put(connection, repository, Waiting(0, op_id, task_id, CREATE, 0, 1, json.dumps(dict(fields)), _now()))
        return Queued(op_id, task_id)

    def change(self, repository: str, start: str, action: str, fields: Mapping[str, str]) -> Queued:
        """Update or delete the one task whose id begins with *start*. Raises `NoSuchTaskError`, `WrongUsageError`."""
        with self._database.transaction() as connection:
            seen = the_one(views(connection, repository).values(), start, repository).task
            base = seen.version
            for change in waiting(connection, "WHERE task_id = :id ORDER BY n DESC LIMIT 1", id=seen.id):
                base = max(base, change.next_version)
            differs = action == DELETE or any(getattr(seen, name) != value for name, value in fields.items())
            op_id = uuid.uuid4().hex
            given = json.dumps(dict(fields))
            put(connection, repository, Waiting(0, op_id, seen.id, action, base, base + differs, given, _now()))
        return Queued(op_id, seen.id)

    def views(self, repository: str) -> list[View]:
        """All tasks that are not deleted, by time of creation, those unsent at the end."""
        with self._database.reading() as connection:
            seen = views(connection, repository).values()
        return sorted((view for view in seen if not view.task.deleted), key=lambda view: view.task.created_at or "~")

    def view(self, repository: str, task_id: str) -> View | None:
        """A tombstone, too; None if neither server nor client have such a task."""
        with self._database.reading() as connection:
            return views(connection, repository, task_id).get(task_id)

    def batch(self, repository: str) -> list[Waiting]:
        """What the next request is to carry: from the beginning, as much as fits."""
        with self._database.reading() as connection:
            changes = waiting(
                connection, "WHERE repository = :name ORDER BY n LIMIT :most", name=repository, most=MOST_CHANGES
            )
        size, taken = 0, []
        for change in changes:
            size += len(json.dumps(change.as_sent(), ensure_ascii=False).encode()) + 2
            if size > MOST_BYTES:
                break
            taken.append(change)
        return taken

    def count(self, repository: str) -> int:
        return self._count("repository = ?", repository)

    def count_elsewhere(self, repository: str) -> int:
        return self._count("repository != ?", repository)

    def repositories(self) -> list[str]:
        """Those of which changes wait."""
        with self._database.reading() as connection:
            return [name for (name,) in connection.execute("SELECT DISTINCT repository FROM outbox ORDER BY 1")]

    def _count(self, condition: str, repository: str) -> int:
        with self._database.reading() as connection:
            count = connection.execute(f"SELECT count(*) FROM outbox WHERE {condition}", (repository,))  # noqa: S608  ours
            return int(count.fetchone()[0])


def _now() -> str:
    return datetime.now(UTC).isoformat()
