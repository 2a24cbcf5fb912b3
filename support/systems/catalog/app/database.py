"""The published catalog versions in PostgreSQL. One transaction stores a complete catalog."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from contextvars import ContextVar
from typing import TypeVar
from weakref import WeakSet

import psycopg
from sqlalchemy import Delete, Insert, Select, Update, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from support.systems.catalog.app import schema
from support.systems.catalog.app.errors import DatabaseError, SupersededError, first_line
from support.systems.catalog.app.model import Bundle, Catalog, checksum
from support.systems.catalog.app.settings import Settings

T = TypeVar("T")
KEPT_VERSIONS = 2
ROWS_PER_SECOND = 5000  # far below the speed of COPY; extends the time limit for a large catalog
ROWS_BETWEEN_YIELDS = 500
FENCE_LOCK = (
    0x686F6C64  # key of the advisory lock (an arbitrary number) under which one transaction at a time claims the fence
)
_TOO_LATE = "another instance has taken over the refresh"
# tells a transaction's task which connection was opened for it: SQLAlchemy uses the connection before returning it
_connected: ContextVar[list[psycopg.AsyncConnection]] = ContextVar("_connected")


class Database:
    """Opens a connection per transaction: publishing is rare, and a pooled connection could go stale."""

    def __init__(self, settings: Settings) -> None:
        self._url = settings.database_url
        self._limit_s = settings.database_timeout_s
        self._open: WeakSet[psycopg.AsyncConnection] = WeakSet()
        self._engine = create_async_engine(
            "postgresql+psycopg://", async_creator=self._connect, poolclass=NullPool, use_native_hstore=False
        )

    async def ping(self) -> None:
        """Raises `DatabaseError` when PostgreSQL does not answer."""

        async def select_one(connection: AsyncConnection) -> None:
            await connection.execute(select(1))

        await self._in_transaction(select_one, self._limit_s)

    async def claim(self, fence: int | None) -> int:
        """From now on no lower *fence* can publish. None claims a new fence, higher than all others. Returns the fence.

        Raises `DatabaseError`, or `SupersededError` when an equal or higher fence has been claimed before.
        """

        async def claim(connection: AsyncConnection) -> int:
            await self._limit_idle_time(connection)
            await connection.execute(select(func.pg_advisory_xact_lock(FENCE_LOCK)))
            await connection.run_sync(schema.metadata.create_all)
            highest: int | None = await connection.scalar(_HIGHEST)
            ours = fence or (highest or 0) + 1
            if highest is not None and highest >= ours:
                raise SupersededError(_TOO_LATE)
            await connection.execute(_set_fence(ours))
            return ours

        return await self._in_transaction(claim, self._limit_s)

    async def publish(self, catalog: Catalog, encoded: bytes, fence: int) -> int:
        """Make *catalog* the current version and return its number. *encoded* is `encode_bundles(catalog.bundles)`.

        A catalog with the content of the current version only renews its fetched_at. Raises `DatabaseError`, or
        `SupersededError` when a higher *fence* has been claimed; nothing is changed then.
        """
        digest = await asyncio.to_thread(checksum, encoded)

        async def publish(connection: AsyncConnection) -> int:
            await self._limit_idle_time(connection)
            held = (await connection.execute(_CURRENT)).one_or_none()
            if held is not None and held.checksum == digest:
                version = int(held.id)
                await connection.execute(_renewed(version, catalog))
            else:
                version = int((await connection.execute(_new_version(catalog, digest))).scalar_one())
                await _copy(connection, version, catalog.bundles)
            await _require_highest_fence(
                connection, fence
            )  # after the copying, so that other instances do not wait for it
            await connection.execute(_set_current(version))
            await connection.execute(_PRUNE)
            return version

        return await self._in_transaction(publish, self._limit_s + len(catalog.bundles) / ROWS_PER_SECOND)

    async def _limit_idle_time(self, connection: AsyncConnection) -> None:
        """PostgreSQL ends this transaction when the client goes idle: other instances must not wait for a frozen process."""
        limit = f"{round(self._limit_s * 1000)}ms"
        await connection.execute(select(func.set_config("idle_in_transaction_session_timeout", limit, True)))  # noqa: FBT003 - for this transaction

    def cut(self) -> None:
        """Break every open connection."""
        for connection in list(self._open):
            _cut(connection)

    async def _connect(self) -> psycopg.AsyncConnection:
        connection = await psycopg.AsyncConnection.connect(self._url, connect_timeout=max(2, round(self._limit_s)))
        self._open.add(connection)
        _connected.get().append(connection)
        return connection

    async def _in_transaction(self, work: Callable[[AsyncConnection], Awaitable[T]], limit_s: float) -> T:
        """Do *work* in one transaction. On a time-out, or when the caller is cancelled, the socket is shut down.

        Cancelling the task is not enough: psycopg then asks the server to cancel and waits without a limit, and a frozen
        server never answers.
        """
        connected: list[psycopg.AsyncConnection] = []

        async def transaction() -> T:
            _connected.set(connected)
            async with self._engine.begin() as connection:
                return await work(connection)

        task = asyncio.create_task(transaction())
        try:
            await asyncio.wait({task}, timeout=limit_s)
            if not task.done():
                raise DatabaseError(f"PostgreSQL did not answer within {limit_s:.1f} s")
            return task.result()
        except (SQLAlchemyError, psycopg.Error, OSError) as error:
            raise DatabaseError(f"PostgreSQL: {first_line(error)}") from None
        finally:
            if not task.done():
                task.add_done_callback(_retrieve_result)
                if connected:
                    _cut(connected[0])
                else:
                    task.cancel()


_CURRENT: Select[tuple[int, str]] = select(schema.versions.c.id, schema.versions.c.checksum).join(schema.current)
_HIGHEST: Select[tuple[int]] = select(schema.fence.c.highest)
_PRUNE: Delete = delete(schema.versions).where(
    schema.versions.c.id.not_in(select(schema.versions.c.id).order_by(schema.versions.c.id.desc()).limit(KEPT_VERSIONS))
)


def _new_version(catalog: Catalog, digest: str) -> Insert:
    values = {
        "source": str(catalog.source),
        "fetched_at": catalog.fetched_at,
        "checksum": digest,
        "bundle_count": len(catalog.bundles),
    }
    return insert(schema.versions).values(values).returning(schema.versions.c.id)


def _renewed(version: int, catalog: Catalog) -> Update:
    return update(schema.versions).where(schema.versions.c.id == version).values(fetched_at=catalog.fetched_at)


def _set_current(version: int) -> Insert:
    row = upsert(schema.current).values(only_row=True, version_id=version)
    return row.on_conflict_do_update(index_elements=["only_row"], set_={"version_id": version})


async def _require_highest_fence(connection: AsyncConnection, fence: int) -> None:
    """Until the transaction ends no other fence can be claimed. Raises `SupersededError` for a fence that is not the highest."""
    highest: int | None = await connection.scalar(_HIGHEST.with_for_update())
    if highest != fence:
        raise SupersededError(_TOO_LATE)


def _set_fence(fence: int) -> Insert:
    row = upsert(schema.fence).values(only_row=True, highest=fence)
    return row.on_conflict_do_update(index_elements=["only_row"], set_={"highest": fence})


async def _copy(connection: AsyncConnection, version: int, bundles: tuple[Bundle, ...]) -> None:
    """Bulk-load with COPY, yielding to the event loop now and then."""
    raw = await connection.get_raw_connection()
    driver: psycopg.AsyncConnection = raw.driver_connection  # type: ignore[assignment]
    names = ", ".join(column.name for column in schema.bundles.columns)
    async with driver.cursor() as cursor, cursor.copy(f"COPY catalog_bundles ({names}) FROM STDIN") as copy:
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


def _cut(connection: psycopg.AsyncConnection) -> None:
    with suppress(psycopg.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as twin:
        twin.shutdown(socket.SHUT_RDWR)


def _retrieve_result(task: "asyncio.Task[T]") -> None:
    """Retrieve the result of an abandoned transaction, so that asyncio does not log an unretrieved exception."""
    if not task.cancelled():
        task.exception()
