"""One change that waits to be sent, as it is kept and as it is sent."""

import json
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

CREATE, UPDATE, DELETE = "create", "update", "delete"
COLUMNS = "op_id, task_id, action, base_version, next_version, fields, changed_at"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One change: *base_version* is that of the task it was made on, *next_version* the one it leads to."""

    n: int
    op_id: str
    task_id: str
    action: str
    base_version: int
    next_version: int
    fields: str
    changed_at: str

    def as_sent(self) -> dict[str, Any]:
        change: dict[str, Any] = {"op_id": self.op_id, "action": self.action, "changed_at": self.changed_at}
        if self.action != CREATE:
            change |= {"id": self.task_id, "base_version": self.base_version}
        if self.action != DELETE:
            change["task"] = json.loads(self.fields)
        return change


def put(connection: sqlite3.Connection, repository: str, change: Waiting) -> None:
    """Keep *change* behind those that wait; its `n` is given here."""
    connection.execute(
        "INSERT INTO outbox (op_id, repository, task_id, action, base_version, next_version, fields, changed_at)"
        " VALUES (:op_id, :repository, :task_id, :action, :base_version, :next_version, :fields, :changed_at)",
        asdict(change) | {"repository": repository},
    )


def waiting(connection: sqlite3.Connection, rest: str, **values: str | int) -> list[Waiting]:
    """*rest* is what follows the table's name in SQL, with the names of *values*."""
    rows = connection.execute(f"SELECT n, {COLUMNS} FROM outbox {rest}", values)  # noqa: S608  *rest* is ours
    return [Waiting(*row) for row in rows]
