"""An application on MySQL whose clients share a pool of connections, as SQLAlchemy keeps it."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, NullPool, QueuePool, create_engine, text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoneFreeError
from sqlalchemy.pool import base as pool_of_sqlalchemy

from support.core.errors import BrokenHarnessError
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.query_limit import QueryLimit, TookTooLongError
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import DRIVER, MySqlServer
from support.workload.attempts import Attempt, AttemptOutcome, Attempts, attempt

PATIENCE_S = 3  # how long a client waits for a free connection
# While somebody else has the lock this takes so long. By SLEEP it would not do: of 25 that sleep MariaDB 10.11 now and then stops
# one every 2 s, and none in between.
WAIT_FOR = "SELECT GET_LOCK(:lock, :seconds)"


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the pool says of itself: connections at work, and connections that wait for work."""

    in_use: int
    idle: int

    @property
    def open(self) -> int:
        return self.in_use + self.idle


@dataclass(frozen=True, slots=True)
class ConnectionNumbers:
    """Connections as the server tells them apart."""

    numbers: tuple[str, ...]


class MySqlPool:
    """At most `mysql_open` connections, of which `mysql_idle` stay open without work; each is renewed after `mysql_life_s`.

    These are `SetMaxOpenConns`, `SetMaxIdleConns` and `SetConnMaxLifetime` of Go's database/sql: there as here what comes back
    while enough are idle is closed, and the age of a connection is looked at when it is taken.
    """

    def __init__(self, server: MySqlServer, config: ClusterConfig) -> None:
        self._server = server
        self._config = config
        self._orders = f"orders_{secrets.token_hex(4)}"
        self._lock = f"lock_{secrets.token_hex(4)}"
        self._somebody_else = create_engine(server.url(), poolclass=NullPool, connect_args=DRIVER)
        self._limit = QueryLimit(server, config.mysql_query_s)
        self._engine = create_engine(
            server.url(server.database),
            poolclass=QueuePool,
            pool_size=config.mysql_idle,
            max_overflow=config.mysql_open - config.mysql_idle if config.mysql_open else -1,
            pool_timeout=PATIENCE_S,
            pool_recycle=config.mysql_life_s,
            pool_pre_ping=config.mysql_looks_before_use,
            connect_args=DRIVER,
        )
        self._threads = ThreadPoolExecutor(100)
        self._held: list[Connection] = []
        self._clock = _MovableClock()
        self.most = 0  # connections that the server has counted at one time while clients were at work

    def __enter__(self) -> Self:
        setattr(pool_of_sqlalchemy, "time", self._clock)  # noqa: B010  by which it tells how old a connection is
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._threads.shutdown()
        self.give_back()
        self._engine.dispose()
        self._limit.close()
        setattr(pool_of_sqlalchemy, "time", time)  # noqa: B010

    def take(self, count: int) -> ConnectionNumbers:
        """*count* clients take a connection each and keep it. Raises `AssertionError` if there is none for one of them."""
        numbers = []
        for _ in range(count):
            try:
                connection = self._engine.connect()
            except NoneFreeError as refusal:
                raise AssertionError(f"a client got no connection: {refusal}") from None
            self._held.append(connection)
            numbers.append(str(connection.scalar(text("SELECT CONNECTION_ID()"))))
        return ConnectionNumbers(tuple(numbers))

    def give_back(self) -> None:
        for connection in self._held:
            if self._config.mysql_gives_back:
                connection.close()
        self._held = [] if self._config.mysql_gives_back else self._held

    def let_pass(self, span: timedelta) -> None:
        """Move the application's clock on."""
        self._clock.ahead_s += span.total_seconds()

    def ask(self, seconds: float, mark: str = "") -> Attempt:
        """Ask for something that takes the server *seconds*; *mark* is how it is found there."""
        (one,) = self.ask_together(1, seconds, mark).made
        return one

    def ask_together(self, clients: int, seconds: float, mark: str = "") -> Attempts:
        """*clients* ask at once; `most` is meanwhile kept up to date."""
        with self._somebody_else.connect() as holder:
            if holder.scalar(text(WAIT_FOR), {"lock": self._lock, "seconds": PATIENCE_S}) != 1:
                raise BrokenHarnessError("nobody holds the lock that queries are to wait for")
            futures = [self._threads.submit(self._ask, seconds, mark) for _ in range(clients)]
            while wait(futures, timeout=0.05).not_done:
                self.most = max(self.most, self._server.connections())
            return Attempts(tuple(future.result() for future in futures))

    def insert_together(self, clients: int, each: int) -> Attempts:
        """*clients* at once store *each* orders, every one under a name of its own."""
        with self._engine.begin() as connection:
            connection.execute(text(f"CREATE TABLE {self._orders} (id INT AUTO_INCREMENT PRIMARY KEY, name TEXT)"))
        names = [[f"order {client}-{number}" for number in range(each)] for client in range(clients)]
        futures = [self._threads.submit(self._insert, own) for own in names]
        return Attempts(tuple(made for future in futures for made in future.result()))

    def stored(self) -> list[str]:
        with self._engine.connect() as connection:
            return [str(name) for name in connection.scalars(text(f"SELECT name FROM {self._orders}"))]  # noqa: S608  our own

    def statistics(self) -> Statistics:
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        return Statistics(pool.checkedout(), pool.checkedin())

    def _insert(self, names: list[str]) -> list[Attempt]:
        return [self._insert_one(name) for name in names]

    def _insert_one(self, name: str) -> Attempt:
        return attempt(name, lambda outcome: self._do(outcome, lambda connection: self._store(connection, name)))

    def _store(self, connection: Connection, name: str) -> None:
        if self._config.mysql_server_numbers_rows:
            connection.execute(text(f"INSERT INTO {self._orders} (name) VALUES (:name)"), {"name": name})  # noqa: S608
        else:
            highest = connection.scalar(text(f"SELECT COALESCE(MAX(id), 0) FROM {self._orders}"))  # noqa: S608
            values = {"id": highest + 1, "name": name}
            connection.execute(text(f"INSERT INTO {self._orders} (id, name) VALUES (:id, :name)"), values)  # noqa: S608
        connection.commit()

    def _ask(self, seconds: float, mark: str) -> Attempt:
        query, values = text(f"{WAIT_FOR} /* {mark} */"), {"lock": self._lock, "seconds": seconds}
        return attempt(f"query of {seconds:g} s", lambda outcome: self._do(outcome, lambda c: c.execute(query, values)))

    def _do(self, outcome: AttemptOutcome, work: Callable[[Connection], object]) -> None:
        connection = None
        try:
            connection = self._engine.connect()
            with self._limit.upon(connection):
                work(connection)
            outcome.fate = Fate.CONFIRMED
        except TookTooLongError as stop:
            outcome.fate, outcome.why = Fate.REFUSED, str(stop)
        except (NoneFreeError, IntegrityError) as refusal:
            outcome.fate, outcome.why = Fate.REFUSED, _gist(refusal)
        except SQLAlchemyError as trouble:
            outcome.why = _gist(trouble)
        finally:
            if connection and (self._config.mysql_gives_back or outcome.fate is Fate.CONFIRMED):
                connection.close()
            elif connection:
                self._held.append(connection)


class _MovableClock:
    """Stands where SQLAlchemy's pool has the module `time`."""

    ahead_s = 0.0

    def time(self) -> float:
        return time.time() + self.ahead_s

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


def _gist(trouble: SQLAlchemyError) -> str:
    return str(trouble.__cause__ or trouble)
