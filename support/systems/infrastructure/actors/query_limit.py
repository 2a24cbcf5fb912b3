"""Stops queries of an application that exceed a time-out.

The server's own limit is not used: it has different names in MySQL and MariaDB, and some stopped statements report success.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from support.systems.infrastructure.clusters.mysql import MySqlServer

LONGER_TIMEOUT = {"connect_timeout": 5}  # a KILL that gave up would leave the query running


class QueryTimeoutError(Exception):
    """The query was stopped, and had no effect."""


def stopped_after(seconds: float) -> str:
    return f"the query was interrupted because it took longer than {seconds} s"


class QueryLimit:
    """A time-out of *seconds* for each query, 0 for none.

    Uses a separate connection for KILL QUERY, which selects no database and is therefore not counted as the application's.
    """

    def __init__(self, server: MySqlServer, seconds: int) -> None:
        self._seconds = seconds
        self._stopper = create_engine(
            server.url(),
            pool_size=1,
            max_overflow=0,
            pool_pre_ping=True,
            connect_args=server.driver_options | LONGER_TIMEOUT,
        )

    @contextmanager
    def applied_to(self, connection: Connection) -> Iterator[None]:
        """Apply the time-out to the `with` block. Raises `QueryTimeoutError` if a query in it was stopped."""
        if not self._seconds:
            yield
            return
        stopped = threading.Event()
        connection_id = connection.connection.driver_connection.thread_id()  # type: ignore[union-attr]  # PyMySQL's
        timer = threading.Timer(self._seconds, self._stop, [connection_id, stopped])
        timer.start()
        try:
            yield
        except SQLAlchemyError:
            if not stopped.is_set():
                raise
        finally:
            timer.cancel()
            timer.join()  # otherwise a late KILL could stop the next query on this connection
        if stopped.is_set():
            raise QueryTimeoutError(stopped_after(self._seconds))

    def close(self) -> None:
        self._stopper.dispose()

    def _stop(self, connection_id: int, stopped: threading.Event) -> None:
        stopped.set()
        with suppress(SQLAlchemyError), self._stopper.connect() as connection:  # a stopped server runs no query
            connection.execute(text(f"KILL QUERY {connection_id}"))
