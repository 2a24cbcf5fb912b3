"""An application on MySQL whose clients share a connection pool of SQLAlchemy."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Connection, NullPool, QueuePool, create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import base as sqlalchemy_pool

from support.core.errors import BrokenHarnessError
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.query_limit import QueryLimit, QueryTimeoutError
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.workload.attempts import Attempt, AttemptOutcome, Attempts, attempt

POOL_TIMEOUT_S = 3  # how long a client waits for a free connection
PATIENCE_S = 15  # after this time a query that has not been answered counts as unanswered
TOO_MANY_CONNECTIONS = 1040  # the server's error number when it has no room for another one
# Takes this many seconds while another connection holds the lock. SLEEP is not usable: KILL QUERY on 25 connections that sleep
# sometimes stops only one of them every 2 s (MariaDB 10.11).
GET_LOCK = "SELECT GET_LOCK(:lock, :seconds)"
HOLDS_LOCK = "SELECT IS_USED_LOCK(:lock) = CONNECTION_ID()"


@dataclass(frozen=True, slots=True)
class PoolStatistics:
    """The pool's own count of its connections."""

    in_use: int
    idle: int

    @property
    def open(self) -> int:
        return self.in_use + self.idle


@dataclass(frozen=True, slots=True)
class ConnectionIds:
    """The server's ids of connections (CONNECTION_ID)."""

    ids: tuple[str, ...]


class MySqlPool:
    """At most `mysql_max_open` connections, of which `mysql_max_idle` stay open when idle, for `mysql_max_lifetime_s` each.

    The same as `SetMaxOpenConns`, `SetMaxIdleConns` and `SetConnMaxLifetime` of Go's database/sql: a returned connection is
    closed if enough are idle, and the age of a connection is checked when it is checked out.
    """

    def __init__(self, server: MySqlServer, config: ClusterConfig) -> None:
        self._server = server
        self._config = config
        self._orders = f"orders_{secrets.token_hex(4)}"
        self._lock = f"lock_{secrets.token_hex(4)}"
        self._lock_holder = create_engine(server.url(), poolclass=NullPool, connect_args=server.driver_options)
        self._limit = QueryLimit(server, config.mysql_query_timeout_s)
        options: dict[str, Any] = {
            "pool_size": config.mysql_max_idle,
            "max_overflow": config.mysql_max_open - config.mysql_max_idle if config.mysql_max_open else -1,
            "pool_timeout": POOL_TIMEOUT_S,
            "pool_recycle": config.mysql_max_lifetime_s,
            "pool_pre_ping": config.mysql_pre_ping,
            "connect_args": server.driver_options,
            **config.mysql_pool,
        }
        self._engine = create_engine(server.url(server.database), poolclass=QueuePool, **options)
        self._threads = ThreadPoolExecutor(100)
        self._holder: Connection | None = None
        self._held: list[Connection] = []
        self._clock = _AdjustableClock()
        self.peak_connections = (
            0  # the most connections that the server has listed at one time during concurrent queries
        )

    def __enter__(self) -> Self:
        setattr(sqlalchemy_pool, "time", self._clock)  # noqa: B010  the clock by which the pool tells the age of a connection
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.return_all()  # first, as clients may still wait for a connection
        if self._holder:
            self._holder.invalidate()
        self._threads.shutdown()
        self._engine.dispose()
        self._limit.close()
        setattr(sqlalchemy_pool, "time", time)  # noqa: B010

    def check_out(self, count: int) -> ConnectionIds:
        """Check out *count* connections and keep them. Raises `AssertionError` if the pool or the server has too few."""
        ids = []
        for _ in range(count):
            try:
                connection = self._engine.connect()
            except (PoolTimeoutError, OperationalError) as refusal:
                if isinstance(refusal, OperationalError) and TOO_MANY_CONNECTIONS not in getattr(
                    refusal.orig, "args", ()
                ):
                    raise
                raise AssertionError(f"a client got no connection: {refusal}") from None
            self._held.append(connection)
            ids.append(str(connection.scalar(text("SELECT CONNECTION_ID()"))))
        return ConnectionIds(tuple(ids))

    def return_all(self) -> None:
        for connection in self._held:
            if self._config.mysql_returns_connections:
                with suppress(OperationalError):  # MySQL has closed it meanwhile
                    connection.close()
        self._held = [] if self._config.mysql_returns_connections else self._held

    def advance_clock(self, span: timedelta) -> None:
        """Advance the application's clock by *span*."""
        self._clock.ahead_s += span.total_seconds()

    def query(self, seconds: float, comment: str = "") -> Attempt:
        """Run a query that takes the server *seconds*. *comment* is part of its text, so that the server can be asked for it."""
        (one,) = self.query_concurrently(1, seconds, comment).made
        return one

    def query_concurrently(self, clients: int, seconds: float, comment: str = "") -> Attempts:
        """Run the query of *clients* at the same time, and keep `peak_connections` up to date meanwhile.

        Returns after `PATIENCE_S` at the latest. What the server has not stopped by then goes on.
        """
        self._hold_lock()
        futures = [self._threads.submit(self._ask, seconds, comment) for _ in range(clients)]
        at, began = time.time(), time.monotonic()
        while wait(futures, timeout=0.05).not_done and time.monotonic() < began + PATIENCE_S:
            self.peak_connections = max(self.peak_connections, self._server.connections())
        late = Attempt(
            f"query of {seconds:g} s", Fate.UNKNOWN, at, began, PATIENCE_S, f"no answer came within {PATIENCE_S} s"
        )
        return Attempts(tuple(future.result() if future.done() else late for future in futures))

    def insert_concurrently(self, clients: int, each: int) -> Attempts:
        """Let each of *clients* insert *each* orders at the same time. All orders have different names."""
        self.prepare_orders()
        names = [[f"order {client}-{number}" for number in range(each)] for client in range(clients)]
        futures = [self._threads.submit(self._insert, own) for own in names]
        return Attempts(tuple(made for future in futures for made in future.result()))

    def prepare_orders(self) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {self._orders} (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT)"))

    def stored_orders(self) -> list[str]:
        with self._engine.connect() as connection:
            return [str(name) for name in connection.scalars(text(f"SELECT name FROM {self._orders}"))]  # noqa: S608  the name is generated

    def statistics(self) -> PoolStatistics:
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        return PoolStatistics(pool.checkedout(), pool.checkedin())

    def _hold_lock(self) -> None:
        """Hold the lock that slow queries wait for, until the end, so that a query that was not stopped is still running."""
        with suppress(SQLAlchemyError):  # the server may have been restarted since
            if self._holder and self._holder.scalar(text(HOLDS_LOCK), {"lock": self._lock}):
                return
        if self._holder:
            self._holder.invalidate()
        self._holder = self._lock_holder.connect()
        if self._holder.scalar(text(GET_LOCK), {"lock": self._lock, "seconds": POOL_TIMEOUT_S}) != 1:
            raise BrokenHarnessError(f"the lock for slow queries could not be taken within {POOL_TIMEOUT_S} s")

    def _insert(self, names: list[str]) -> list[Attempt]:
        return [self.insert(name) for name in names]

    def insert(self, name: str) -> Attempt:
        """Store one order, after `prepare_orders`."""
        return attempt(name, lambda outcome: self._do(outcome, lambda connection: self._store(connection, name)))

    def _store(self, connection: Connection, name: str) -> None:
        if self._config.mysql_auto_increment:
            connection.execute(text(f"INSERT INTO {self._orders} (name) VALUES (:name)"), {"name": name})  # noqa: S608
        else:
            highest = connection.scalar(text(f"SELECT COALESCE(MAX(id), 0) FROM {self._orders}"))  # noqa: S608
            values = {"id": highest + 1, "name": name}
            connection.execute(text(f"INSERT INTO {self._orders} (id, name) VALUES (:id, :name)"), values)  # noqa: S608
        connection.commit()

    def _ask(self, seconds: float, comment: str) -> Attempt:
        query, values = text(f"{GET_LOCK} /* {comment} */"), {"lock": self._lock, "seconds": seconds}
        return attempt(f"query of {seconds:g} s", lambda outcome: self._do(outcome, lambda c: c.execute(query, values)))

    def _do(self, outcome: AttemptOutcome, work: Callable[[Connection], object]) -> None:
        connection = None
        try:
            connection = self._engine.connect()
            with self._limit.applied_to(connection):
                work(connection)
            outcome.fate = Fate.CONFIRMED
        except QueryTimeoutError as stop:
            outcome.fate, outcome.why = Fate.REFUSED, str(stop)
        except (PoolTimeoutError, IntegrityError) as refusal:
            outcome.fate, outcome.why = Fate.REFUSED, _reason(refusal)
        except SQLAlchemyError as trouble:
            outcome.why = _reason(trouble)
        finally:
            if connection and (self._config.mysql_returns_connections or outcome.fate is Fate.CONFIRMED):
                connection.close()
            elif connection:
                self._held.append(connection)


class _AdjustableClock:
    """Replaces the module `time` in SQLAlchemy's pool."""

    ahead_s = 0.0

    def time(self) -> float:
        return time.time() + self.ahead_s

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


def _reason(trouble: SQLAlchemyError) -> str:
    return str(trouble.__cause__ or trouble)
