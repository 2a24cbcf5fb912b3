"""The harness' own session with the catalog's database."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, LiteralString, Self

import psycopg

CONNECT_TIMEOUT_S = 5
ANSWER_TIMEOUT_S = 10.0


class DatabaseSession:
    """Each statement is a transaction of its own, and can be repeated: it is, once, if the server was restarted since the last one.

    May be used by several threads. Raises `psycopg.Error` while the database is down, or does not answer within 10 s.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[tuple[Any, ...]] | None = None
        self._one_at_a_time = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()

    def rows(self, statement: LiteralString) -> list[tuple[Any, ...]]:
        """What it returns; nothing for a statement that returns nothing."""
        with self._one_at_a_time:
            if self._connection is not None:
                try:
                    return _result(self._connection, statement)
                except psycopg.OperationalError:
                    self._connection.close()
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=CONNECT_TIMEOUT_S)
            return _result(self._connection, statement)

    def value(self, statement: LiteralString) -> Any:
        return self.rows(statement)[0][0]


def _result(connection: psycopg.Connection[tuple[Any, ...]], statement: LiteralString) -> list[tuple[Any, ...]]:
    with _hung_up_after(ANSWER_TIMEOUT_S, connection):
        done = connection.execute(statement)
    return done.fetchall() if done.description else []


@contextmanager
def _hung_up_after(seconds: float, connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[None]:
    """A time limit of the client's own, as the driver has none: a frozen server cannot cancel what it does."""

    def hang_up() -> None:
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as ours:
            ours.shutdown(socket.SHUT_RDWR)  # unless it has just been closed

    limit = threading.Timer(seconds, hang_up)
    limit.daemon = True
    limit.start()
    try:
        yield
    finally:
        limit.cancel()
