"""The client's database: tasks as the server last told them, changes that wait, and where the exchange stands.

SQLite with a write-ahead log and `synchronous=FULL`: what was committed survives a crash of the process and of the machine. Several
commands may use it at once; each change is one short transaction.
"""

import sqlite3
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from support.systems.tasks.app.client.errors import DatabaseError, WrongUsageError

FILE = "tasks.sqlite3"
BUSY_S = 10.0
RETRY_EVERY_S = 0.02
SCHEMA_VERSION = 1
SCHEMA = """
CREATE TABLE IF NOT EXISTS client (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS repository (name TEXT PRIMARY KEY, number INTEGER NOT NULL DEFAULT 0, watched INTEGER);
CREATE TABLE IF NOT EXISTS task (id TEXT PRIMARY KEY, repository TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS task_by_repository ON task (repository);
CREATE TABLE IF NOT EXISTS outbox (
    n INTEGER PRIMARY KEY AUTOINCREMENT, op_id TEXT NOT NULL UNIQUE, repository TEXT NOT NULL, task_id TEXT NOT NULL,
    action TEXT NOT NULL, base_version INTEGER NOT NULL, next_version INTEGER NOT NULL, fields TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS outbox_by_repository ON outbox (repository, n);
CREATE INDEX IF NOT EXISTS outbox_by_task ON outbox (task_id, n);
CREATE TABLE IF NOT EXISTS lost (op_id TEXT PRIMARY KEY, repository TEXT NOT NULL, kind TEXT NOT NULL, body TEXT NOT NULL);
"""


class Database:
    """Opened, and made if it is missing. *client_id* is the one that is kept.

    A name that is not empty is taken at first; later it has to be the kept one. Raises `WrongUsageError`, `DatabaseError`.
    """

    def __init__(self, home: Path, client_id: str = "") -> None:
        with _errors():
            home.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = sqlite3.connect(home / FILE, timeout=BUSY_S, isolation_level=None)
            self._set_up()
        self.client_id = self._kept_client_id(client_id)

    def close(self) -> None:
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of it takes effect, or nothing; others wait meanwhile. Raises `DatabaseError`."""
        with _errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One state of the database, whatever others write. Raises `DatabaseError`."""
        with _errors():
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def _set_up(self) -> None:
        self._use_write_ahead_log()
        self._connection.execute("PRAGMA synchronous=FULL")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA_VERSION:
            raise DatabaseError("a newer version of the client has made it")
        if version < SCHEMA_VERSION:
            with self.transaction() as connection:
                for statement in SCHEMA.split(";\n"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")

    def _use_write_ahead_log(self) -> None:
        """SQLite's own time-out does not cover this switch: two first starts at once would fail with `database is locked`."""
        ends = time.monotonic() + BUSY_S
        while True:
            try:
                self._connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > ends:
                    raise
                time.sleep(RETRY_EVERY_S)
            else:
                return

    def _kept_client_id(self, wanted: str) -> str:
        with self.reading() as connection:
            row = connection.execute("SELECT id FROM client").fetchone()
        if row is None:
            with self.transaction() as connection:
                connection.execute("INSERT OR IGNORE INTO client VALUES (1, ?)", (wanted or uuid.uuid4().hex,))
                row = connection.execute("SELECT id FROM client").fetchone()
        kept = str(row[0])
        if wanted not in ("", kept):
            raise WrongUsageError(
                f"TASKS_CLIENT_ID is {wanted}, but the database in TASKS_HOME belongs to {kept}: name another folder."
            )
        return kept


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DatabaseError(error) from error
