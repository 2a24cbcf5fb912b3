"""What the server has told: its answers are taken over whole, each in one transaction."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

import msgspec

from support.systems.tasks.app.client.database import Database
from support.systems.tasks.app.client.messages import Result, SyncAnswer, Task
from support.systems.tasks.app.client.waiting import Waiting

CONFLICT, REFUSED = "conflict", "refused"


class Knowledge:
    """Where the exchange of each repository stands. All methods raise `DatabaseError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def number(self, repository: str) -> int:
        """Of the last change that an answer has covered; 0 at first."""
        return self._numbers(repository)[0]

    def watched(self, repository: str) -> int:
        """The last event that was printed; before the first one that of the last exchange."""
        number, watched = self._numbers(repository)
        return number if watched is None else watched

    def take(self, repository: str, sent: Sequence[Waiting], answer: SyncAnswer) -> None:
        """Results and changes take effect, and what was answered no longer waits.

        A later change that was made on top of a lost one is lost, too; it keeps a base that the server has left behind, so that it
        cannot pass for one that was made on what another client has written meanwhile.
        """
        with self._database.transaction() as connection:
            for change, result in zip(sent, answer.results, strict=True):
                connection.execute("DELETE FROM outbox WHERE op_id = ?", (change.op_id,))
                if result.status != "applied":
                    _keep_lost(connection, repository, change, result)
                if result.task is not None:
                    _keep(connection, result.task)
            for task in answer.changes:
                _keep(connection, task)
            _know(connection, repository)
            connection.execute(
                "UPDATE repository SET number = max(number, ?) WHERE name = ?", (answer.number, repository)
            )

    def heard(self, repository: str, number: int, task: Task | None) -> None:
        """An event was printed, or (without a task) the list was fetched up to *number*."""
        with self._database.transaction() as connection:
            if task is not None:
                _keep(connection, task)
            _know(connection, repository)
            connection.execute("UPDATE repository SET watched = ? WHERE name = ?", (number, repository))

    def lost(self, repository: str, kind: str) -> int:
        """How many changes have met a conflict, or were refused."""
        with self._database.reading() as connection:
            counted = connection.execute(
                "SELECT count(*) FROM lost WHERE repository = ? AND kind = ?", (repository, kind)
            )
            return int(counted.fetchone()[0])

    def _numbers(self, repository: str) -> tuple[int, int | None]:
        with self._database.reading() as connection:
            row = connection.execute("SELECT number, watched FROM repository WHERE name = ?", (repository,)).fetchone()
        return row or (0, None)


def _know(connection: sqlite3.Connection, repository: str) -> None:
    connection.execute("INSERT OR IGNORE INTO repository (name) VALUES (?)", (repository,))


def _keep(connection: sqlite3.Connection, task: Task) -> None:
    """Answers to two commands may come in any order: an older version changes nothing."""
    connection.execute(
        "INSERT INTO task VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE"
        " SET version = excluded.version, body = excluded.body WHERE excluded.version > version",
        (task.id, task.repository, task.version, msgspec.json.encode(task).decode()),
    )


def _keep_lost(connection: sqlite3.Connection, repository: str, change: Waiting, result: Result) -> None:
    body: dict[str, Any] = {"change": change.as_sent(), "result": msgspec.to_builtins(result)}
    connection.execute(
        "INSERT OR IGNORE INTO lost VALUES (?, ?, ?, ?)", (change.op_id, repository, result.status, json.dumps(body))
    )
    connection.execute(
        "UPDATE outbox SET base_version = ? WHERE task_id = ? AND n > ? AND action != 'create'",
        (change.base_version, change.task_id, change.n),
    )
