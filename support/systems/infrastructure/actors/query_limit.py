"""Has MySQL stop what an application's clients have waited for too long.

The server's own limit has one name in MySQL and another in MariaDB, and some of what it stops looks as if it were done.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from support.systems.infrastructure.clusters.mysql import DRIVER_OPTIONS, MySqlServer

PATIENT = {"connect_timeout": 5}  # whoever gave up here would let the query run on


class QueryTimeoutError(Exception):
    """The query was stopped; nothing came of it."""


class QueryLimit:
    """*seconds* a query, 0 for no limit. Stops them through one connection of its own, which is in no database."""

    def __init__(self, server: MySqlServer, seconds: int) -> None:
        self._seconds = seconds
        self._stopper = create_engine(
            server.url(), pool_size=1, max_overflow=0, pool_pre_ping=True, connect_args=DRIVER_OPTIONS | PATIENT
        )

    @contextmanager
    def applied_to(self, connection: Connection) -> Iterator[None]:
        """Raises `QueryTimeoutError` if what is done meanwhile was stopped."""
        if not self._seconds:
            yield
            return
        stopped = threading.Event()
        number = connection.connection.driver_connection.thread_id()  # type: ignore[union-attr]  # PyMySQL's
        timer = threading.Timer(self._seconds, self._stop, [number, stopped])
        timer.start()
        try:
            yield
        except SQLAlchemyError:
            if not stopped.is_set():
                raise
        finally:
            timer.cancel()
            timer.join()  # else what is asked next on this connection might be stopped
        if stopped.is_set():
            raise QueryTimeoutError(f"interrupted, for it took longer than {self._seconds} s")

    def close(self) -> None:
        self._stopper.dispose()

    def _stop(self, number: int, stopped: threading.Event) -> None:
        stopped.set()
        with suppress(SQLAlchemyError), self._stopper.connect() as connection:  # who is not there works on nothing
            connection.execute(text(f"KILL QUERY {number}"))
