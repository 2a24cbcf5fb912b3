"""The rows of the history in SQLite. All access is in one thread, so that a slow disk delays no request."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, TypeVar

import structlog

MOST_ROWS = 1_000_000  # about 80 MB; the oldest are removed
MOST_ROWS_ANSWERED = 10_000
BUSY_S = 1.0
T = TypeVar("T")
log = structlog.get_logger()

SCHEMA = """
CREATE TABLE IF NOT EXISTS history (
    n INTEGER PRIMARY KEY, at REAL NOT NULL, operation TEXT NOT NULL,
    requests INTEGER NOT NULL, live INTEGER NOT NULL, cached INTEGER NOT NULL, fallback INTEGER NOT NULL,
    rejected INTEGER NOT NULL, attempts INTEGER NOT NULL, retries INTEGER NOT NULL, p50_s REAL NOT NULL, p95_s REAL NOT NULL);
CREATE INDEX IF NOT EXISTS history_at ON history (at);
"""
ADD = "INSERT INTO history VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
REMOVE = "DELETE FROM history WHERE n <= (SELECT max(n) FROM history) - ?"
COLUMNS = "at, operation, requests, live, cached, fallback, rejected, attempts, retries, p50_s, p95_s"
SUMS = """
    CAST(at / :step AS INTEGER) * :step AS start, operation, sum(requests), sum(live), sum(cached), sum(fallback), sum(rejected),
    sum(attempts), sum(retries), coalesce(sum(p50_s * requests) / sum(requests), 0.0), max(p95_s)
"""
WHERE = "FROM history WHERE at >= :since AND at <= :until AND (:operation = '' OR operation = :operation)"


class Row(NamedTuple):
    """One operation between this row and the one before. *at* is in unix seconds."""

    at: float
    operation: str
    requests: int
    live: int
    cached: int
    fallback: int
    rejected: int
    attempts: int
    retries: int
    p50_s: float
    p95_s: float


class Query(NamedTuple):
    """An empty *operation* is any. With *step_s* rows are added up by steps: p50_s is the weighted mean, p95_s the highest."""

    operation: str = ""
    since: float = 0.0
    until: float = 1e12
    step_s: float = 0.0


class HistoryError(Exception):
    """The rows cannot be read."""


class TooManyRowsError(HistoryError):
    """More rows than one answer holds."""


class HistoryStore:
    """Opens *file* at the first use. One that is damaged is renamed, and a new one begun."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None
        self._thread = ThreadPoolExecutor(1, "history")

    async def add(self, rows: Sequence[Row]) -> None:
        """A failure is logged: the history is not worth an answer to a request."""

        def add(connection: sqlite3.Connection) -> None:
            with connection:
                connection.executemany(ADD, rows)
                connection.execute(REMOVE, (MOST_ROWS,))

        try:
            await self._run(add)
        except HistoryError as error:
            log.error("history.not_written", reason=str(error), rows=len(rows))  # noqa: TRY400 - the reason suffices

    async def find(self, query: Query) -> list[Row]:
        """Oldest first. Raises `HistoryError`."""
        if query.step_s:
            sql = f"SELECT {SUMS} {WHERE} GROUP BY start, operation ORDER BY start, operation LIMIT :most"
        else:
            sql = f"SELECT {COLUMNS} {WHERE} ORDER BY at, n LIMIT :most"
        values = {
            "operation": query.operation,
            "since": query.since,
            "until": query.until,
            "step": query.step_s,
            "most": MOST_ROWS_ANSWERED + 1,
        }
        found = await self._run(lambda connection: connection.execute(sql, values).fetchall())
        if len(found) > MOST_ROWS_ANSWERED:
            raise TooManyRowsError(f"there are more than {MOST_ROWS_ANSWERED} rows")
        return [Row(*values) for values in found]

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=False)

    async def _run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._try, work)

    def _try(self, work: Callable[[sqlite3.Connection], T]) -> T:
        try:
            try:
                return work(self._opened())
            except sqlite3.OperationalError:  # the disk is full, the folder is missing
                raise
            except sqlite3.DatabaseError as damage:
                self._set_aside(str(damage))
                return work(self._opened())
        except (sqlite3.Error, OSError) as error:
            self._close()
            raise HistoryError(str(error)) from error

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            connection = sqlite3.connect(self._file, timeout=BUSY_S, check_same_thread=False)
            self._connection = connection
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.executescript(SCHEMA)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _set_aside(self, damage: str) -> None:
        log.error("history.damaged", reason=damage)
        self._close()
        self._file.replace(self._file.with_suffix(".damaged"))
        for more in ("-wal", "-shm"):
            self._file.with_name(self._file.name + more).unlink(missing_ok=True)
