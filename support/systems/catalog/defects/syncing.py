"""Mistakes with several instances: who may refresh, and who may write."""

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from support.systems.catalog import database, scripts
from support.systems.catalog.database import CLAIMING, Database
from support.systems.catalog.defects.registry import Patch, breaks
from support.systems.catalog.model import Bundle

if TYPE_CHECKING:
    import psycopg


@breaks("CAT-CONC-1", "CAT-SYNC-1")
def takes_a_lock_that_is_taken(patch: Patch) -> None:
    """The lock is written without looking whether another holds it."""
    patch(scripts, "TAKE", scripts.TAKE.replace("if redis.call('exists', KEYS[1]) == 1 then return false end", ""))


@breaks("CAT-SYNC-1")
def lock_without_a_lease(patch: Patch) -> None:
    """The lock of a service that died is never free again."""
    patch(scripts, "TAKE", scripts.TAKE.replace(", 'px', ARGV[1])", ")"))
    patch(scripts, "RENEW", "return redis.call('exists', KEYS[1])")


@breaks("CAT-SYNC-1")
def anybody_gives_the_lock_back(patch: Patch) -> None:
    """A service that ends its refresh deletes the lock, whoever holds it by then."""
    patch(scripts, "RELEASE", "return redis.call('del', KEYS[1])")


@breaks("CAT-SYNC-1")
def lease_instead_of_a_fence(patch: Patch) -> None:
    """A service that took the lock believes that it has it until it gives it back."""

    async def must_be_last(_connection: AsyncConnection, _fence: int) -> None:
        return

    patch(database, "_must_be_last", must_be_last)


@breaks("CAT-SYNC-1")
def copies_under_the_lock_of_the_database(patch: Patch) -> None:
    """Writing begins by locking out all other writers, and a service that hangs there holds them up."""

    async def wait_for_us(_self: Database, connection: AsyncConnection) -> None:
        await connection.execute(select(func.pg_advisory_xact_lock(CLAIMING)))

    patch(Database, "_do_not_wait_for_us", wait_for_us)


@breaks("CAT-SYNC-4")
def stores_piece_by_piece(patch: Patch) -> None:
    """The new version is made current and committed first, and its bundles follow."""
    sound = database._copy  # noqa: SLF001

    async def copy(connection: AsyncConnection, version: int, bundles: tuple[Bundle, ...]) -> None:
        await connection.execute(database._point_to(version))  # noqa: SLF001
        raw = await connection.get_raw_connection()
        driver: psycopg.AsyncConnection = raw.driver_connection  # type: ignore[assignment]
        await driver.commit()
        await sound(connection, version, bundles)

    patch(database, "_copy", copy)
