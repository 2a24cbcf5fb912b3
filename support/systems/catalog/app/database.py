"""The published catalog versions in PostgreSQL. One transaction stores a complete catalog."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, LiteralString, TypeAlias, TypeVar
from weakref import WeakSet

import psycopg

from support.systems.catalog.app import schema
from support.systems.catalog.app.errors import DatabaseError, SupersededError, first_line
from support.systems.catalog.app.model import Bundle, Catalog, checksum
from support.systems.catalog.app.settings import Settings

T = TypeVar("T")
Connection: TypeAlias = psycopg.AsyncConnection[tuple[Any, ...]]
KEPT_VERSIONS = 2
ROWS_PER_SECOND = 5000  # far below the speed of COPY; extends the time limit for a large catalog
ROWS_BETWEEN_YIELDS = 500
_TOO_LATE = "another instance has taken over the refresh"


class Database:
    """Opens a connection per transaction: publishing is rare, and a pooled connection could go stale."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._limit_s = settings.database_timeout_s
        self._open: WeakSet[Connection] = WeakSet()

    async def ping(self) -> None:
        """Raises `DatabaseError` when PostgreSQL does not answer."""

        async def select_one(connection: Connection) -> None:
            await connection.execute("SELECT 1")

        await self._in_transaction(select_one, self._limit_s)

    async def claim(self, fence: int | None) -> int:
        """From now on no lower *fence* can publish. None claims a new fence, higher than all others. Returns the fence.

        Raises `DatabaseError`, or `SupersededError` when an equal or higher fence has been claimed before.
        """

        async def claim(connection: Connection) -> int:
            await self._limit_idle_time(connection)
            await connection.execute(schema.FENCE_LOCK)
            if not await _scalar(connection, schema.EXIST):
                await connection.execute(schema.CREATE)
            highest: int | None = await _scalar(connection, schema.HIGHEST)
            ours = fence or (highest or 0) + 1
            if highest is not None and highest >= ours:
                raise SupersededError(_TOO_LATE)
            await connection.execute(schema.SET_FENCE, [ours])
            return ours

        return await self._in_transaction(claim, self._limit_s)

    async def publish(self, catalog: Catalog, encoded: bytes, fence: int) -> int:
        """Make *catalog* the current version and return its number. *encoded* is `encode_bundles(catalog.bundles)`.

        A catalog with the content of the current version only renews its fetched_at. Raises `DatabaseError`, or
        `SupersededError` when a higher *fence* has been claimed; nothing is changed then.
        """
        digest = await asyncio.to_thread(checksum, encoded)

        async def publish(connection: Connection) -> int:
            await self._limit_idle_time(connection)
            version, held = await _row(connection, schema.CURRENT) or (0, "")
            if held == digest:
                await connection.execute(schema.RENEWED, [catalog.fetched_at, version])
            else:
                described = [str(catalog.source), catalog.fetched_at, digest, len(catalog.bundles)]
                version = await _scalar(connection, schema.NEW_VERSION, *described)
                await _copy(connection, version, catalog.bundles)
            await _require_highest_fence(
                connection, fence
            )  # after the copying, so that other instances do not wait for it
            await _set_current(connection, version)
            await connection.execute(schema.PRUNE, [KEPT_VERSIONS])
            return int(version)

        return await self._in_transaction(publish, self._limit_s + len(catalog.bundles) / ROWS_PER_SECOND)

    async def _limit_idle_time(self, connection: Connection) -> None:
        await connection.execute(schema.LIMIT_IDLE_TIME, [f"{round(self._limit_s * 1000)}ms"])

    def cut(self) -> None:
        """Break every open connection."""
        for connection in list(self._open):
            _cut(connection)

    async def _in_transaction(self, work: Callable[[Connection], Awaitable[T]], limit_s: float) -> T:
        """Do *work* in one transaction. On a time-out, or when the caller is cancelled, the socket is shut down.

        Cancelling the task is not enough: psycopg then asks the server to cancel and waits without a limit, and a frozen
        server never answers.
        """
        connected: list[Connection] = []

        async def transaction() -> T:
            opened = await psycopg.AsyncConnection.connect(self._url, connect_timeout=max(2, round(self._limit_s)))
            async with opened as connection:  # commits or rolls back, and closes
                connected.append(connection)
                self._open.add(connection)
                return await work(connection)

        task = asyncio.create_task(transaction())
        try:
            await asyncio.wait({task}, timeout=limit_s)
            if not task.done():
                raise DatabaseError(f"PostgreSQL did not answer within {limit_s:.1f} s")
            return task.result()
        except (psycopg.Error, OSError) as error:
            raise DatabaseError(f"PostgreSQL: {first_line(error)}") from None
        finally:
            if not task.done():
                task.add_done_callback(_retrieve_result)
                if connected:
                    _cut(connected[0])
                else:
                    task.cancel()


async def _row(connection: Connection, statement: LiteralString, *values: object) -> tuple[Any, ...] | None:
    cursor = await connection.execute(statement, values)
    return await cursor.fetchone()


async def _scalar(connection: Connection, statement: LiteralString, *values: object) -> Any:
    row = await _row(connection, statement, *values)
    return row[0] if row else None


async def _require_highest_fence(connection: Connection, fence: int) -> None:
    """Until the transaction ends no other fence can be claimed. Raises `SupersededError` for a fence that is not the highest."""
    if await _scalar(connection, f"{schema.HIGHEST} FOR UPDATE") != fence:
        raise SupersededError(_TOO_LATE)


async def _set_current(connection: Connection, version: int) -> None:
    await connection.execute(schema.SET_CURRENT, [version])


async def _copy(connection: Connection, version: int, bundles: tuple[Bundle, ...]) -> None:
    """Bulk-load with COPY, yielding to the event loop now and then."""
    async with connection.cursor() as cursor, cursor.copy(schema.COPY) as copy:
        for number, bundle in enumerate(bundles):
            await copy.write_row(
                (
                    version,
                    bundle.group,
                    bundle.name,
                    bundle.description,
                    list(bundle.countries),
                    bundle.data_mb,
                    bundle.duration_days,
                    bundle.price,
                    bundle.currency,
                )
            )
            if number % ROWS_BETWEEN_YIELDS == 0:
                await asyncio.sleep(0)


def _cut(connection: Connection) -> None:
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)


def _retrieve_result(task: "asyncio.Task[T]") -> None:
    """Retrieve the result of an abandoned transaction, so that asyncio does not log an unretrieved exception."""
    if not task.cancelled():
        task.exception()
