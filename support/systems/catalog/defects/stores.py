"""Mistakes with the stores and with the schedule of updates."""

from contextlib import suppress

from redis import Redis
from redis.exceptions import RedisError

from support.systems.catalog.app import database
from support.systems.catalog.app.cache import ENTRY, Cache
from support.systems.catalog.app.database import Connection, Database
from support.systems.catalog.app.errors import DatabaseError, RefreshError
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh import Outcome, Refresh
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.runtime import Runtime
from support.systems.catalog.app.service import CatalogService
from support.systems.patched_variants import Patch, breaks


@breaks(
    "CAT-CHAIN-1",
    "CAT-CHAIN-3",
    "CAT-API-6",
    "CAT-CACHE-2",
    "CAT-CACHE-5",
    spills=("CAT-CHAIN-4", "CAT-CACHE-3", "CAT-CACHE-4", "CAT-SYNC-1", "CAT-SYNC-2", "CAT-SYNC-4", "CAT-SYNC-5"),
)
def never_renews_the_saved_copy(patch: Patch) -> None:
    """Updates do not write the saved copy."""

    async def saved(_self: Publisher, _catalog: Catalog, _encoded: bytes, _fence: int) -> bool:
        return True

    patch(Publisher, "_save", saved)


@breaks(
    "CAT-CHAIN-1",
    "CAT-CHAIN-4",
    spills=("CAT-CACHE-4", "CAT-CACHE-5", "CAT-SYNC-1", "CAT-SYNC-2", "CAT-SYNC-4", "CAT-SYNC-5"),
)
def stores_without_pointing(patch: Patch) -> None:
    """The database stores each new version but does not make it current."""

    async def point_nowhere(_connection: Connection, _version: int) -> None:
        return

    patch(database, "_set_current", point_nowhere)


@breaks("CAT-CHAIN-1")
def schedule_never_runs(patch: Patch) -> None:
    """The schedule is never started; updates run only on request."""

    def start_schedule(_self: CatalogService) -> None:
        return

    patch(CatalogService, "start_schedule", start_schedule)


@breaks("CAT-CHAIN-4", "CAT-API-5", spills=("CAT-API-2", "CAT-CACHE-4", "CAT-SYNC-1", "CAT-SYNC-2", "CAT-SYNC-4"))
def failed_update_drops_the_saved_copy(patch: Patch) -> None:
    """A failed update deletes the saved copy."""
    sound = Refresh._fall_back  # noqa: SLF001

    async def fall_back(
        self: Refresh,
        error: RefreshError,
        fetched: Fetched | None = None,
        *,
        ending: RefreshStatus = RefreshStatus.FALLBACK,
    ) -> Outcome:
        outcome = await sound(self, error, fetched, ending=ending)
        await _drop(self._deps.cache)
        return outcome

    patch(Refresh, "_fall_back", fall_back)


@breaks("CAT-SYNC-4", spills=("CAT-CHAIN-4", "CAT-SYNC-1", "CAT-SYNC-2"))
def failed_update_empties_the_database(patch: Patch) -> None:
    """An update removes the current version before it has fetched a new one."""
    sound = Refresh._refresh  # noqa: SLF001

    def store(self: Publisher) -> Database:
        return self._database

    async def refreshed(self: Refresh) -> Outcome:
        await _empty(store(self._deps.publisher))
        return await sound(self)

    patch(Refresh, "_refresh", refreshed)


@breaks("CAT-CHAIN-4", spills=("CAT-API-2", "CAT-CACHE-2", "CAT-CACHE-3", "CAT-CONC-1", "CAT-CONC-3"))
def starts_by_clearing_the_saved_copy(patch: Patch) -> None:
    """The service deletes the saved copy when it starts."""
    sound = Runtime.start

    def start(self: Runtime) -> None:
        with suppress(RedisError), Redis.from_url(self.settings.redis_url, socket_timeout=1) as saved_copy:
            saved_copy.delete(ENTRY)
        sound(self)

    patch(Runtime, "start", start)


async def _drop(self: Cache) -> None:
    with suppress(RedisError, OSError):
        await self._redis.delete(ENTRY)


async def _empty(self: Database) -> None:
    async def forget(connection: Connection) -> None:
        await connection.execute("DELETE FROM catalog_current")

    with suppress(DatabaseError):
        await self._in_transaction(forget, self._limit_s)
