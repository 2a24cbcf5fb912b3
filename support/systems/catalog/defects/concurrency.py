"""Mistakes with concurrency: locks, fences, and reads during an update."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from support.systems.catalog.app import database, fetching, refresh, schema, scripts
from support.systems.catalog.app.database import Connection, Database
from support.systems.catalog.app.errors import RefreshError
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.model import Bundle, Catalog
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh import Refresh
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.service import CatalogService, UnavailableError
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-CONC-1", spills=("CAT-SYNC-1",))
def takes_a_lock_that_is_taken(patch: Patch) -> None:
    """The lock is taken without checking whether another instance holds it."""
    patch(
        scripts,
        "TAKE_LOCK",
        scripts.TAKE_LOCK.replace("if redis.call('exists', KEYS[1]) == 1 then return false end", ""),
    )


@breaks("CAT-SYNC-1", spills=("CAT-CHAOS-3", "CAT-CHAOS-4"))
def lock_without_a_lease(patch: Patch) -> None:
    """The lock has no lease, so the lock of a dead instance is never free again."""
    patch(scripts, "TAKE_LOCK", scripts.TAKE_LOCK.replace(", 'px', ARGV[1])", ")"))
    patch(scripts, "RENEW_LOCK", "return redis.call('exists', KEYS[1])")


@breaks("CAT-SYNC-1")
def anybody_gives_the_lock_back(patch: Patch) -> None:
    """An instance that ends its refresh deletes the lock even if another instance holds it."""
    patch(scripts, "RELEASE_LOCK", "return redis.call('del', KEYS[1])")


@breaks("CAT-SYNC-1")
def database_without_a_fence(patch: Patch) -> None:
    """An instance that outlived its lease can still publish in the database; only the saved copy checks the fence."""
    patch(database, "_require_highest_fence", _let_everybody_pass)


@breaks("CAT-SYNC-1")
def lease_instead_of_a_fence(patch: Patch) -> None:
    """No fence is checked, so an instance that outlived its lease writes to all stores."""
    patch(database, "_require_highest_fence", _let_everybody_pass)
    patch(scripts, "SAVE_COPY", scripts.SAVE_COPY.replace("if there > tonumber(ARGV[2]) then return 0 end", ""))


@breaks("CAT-SYNC-1")
def copies_under_the_lock_of_the_database(patch: Patch) -> None:
    """Publishing takes an exclusive lock first, so a frozen instance blocks all others."""

    async def wait_for_us(_self: Database, connection: Connection) -> None:
        await connection.execute(schema.FENCE_LOCK)

    patch(Database, "_limit_idle_time", wait_for_us)


@breaks("CAT-SYNC-4", "CAT-CHAOS-4")
def stores_piece_by_piece(patch: Patch) -> None:
    """The new version is committed as current before its bundles are stored."""
    sound = database._copy  # noqa: SLF001

    async def copy(connection: Connection, version: int, bundles: tuple[Bundle, ...]) -> None:
        await database._set_current(connection, version)  # noqa: SLF001
        await connection.commit()
        await sound(connection, version, bundles)

    patch(database, "_copy", copy)


@breaks("CAT-SYNC-4", spills=("CAT-CHAOS-1", "CAT-SYNC-1"))
def confirms_what_was_not_stored(patch: Patch) -> None:
    """An update that the database refused is served and reported as completed."""
    sound = Publisher.publish

    async def publish(self: Publisher, catalog: Catalog, fence: int, *, cache_reachable: bool) -> Catalog:
        try:
            return await sound(self, catalog, fence, cache_reachable=cache_reachable)
        except RefreshError:
            return replace(catalog, version=fence)

    patch(Publisher, "publish", publish)


@breaks("CAT-CONC-2", "CAT-CONC-4", spills=("CAT-CHAOS-1", "CAT-CHAOS-2"))
def exchanges_bundle_by_bundle(patch: Patch) -> None:
    """The catalog in memory is updated in place while shoppers read it."""

    def half(catalog: Catalog, held: Catalog) -> Catalog:
        middle = len(catalog.bundles) // 2
        return replace(catalog, bundles=catalog.bundles[:middle] + held.bundles[middle:])

    _serve_in_between(patch, lambda catalog, held: Snapshot.of(half(catalog, held.catalog)))


@breaks("CAT-CONC-2", "CAT-CONC-4")
def index_follows_later(patch: Patch) -> None:
    """Searches use the index of the previous catalog until the new index is built."""

    def with_old_index(catalog: Catalog, held: Snapshot) -> Snapshot:
        texts = dict(zip((bundle.name for bundle in held.catalog.bundles), held._texts, strict=True))  # noqa: SLF001
        return Snapshot(catalog, tuple(texts.get(bundle.name, "\0") for bundle in catalog.bundles), held._by_name)  # noqa: SLF001

    _serve_in_between(patch, with_old_index)


@breaks("CAT-CONC-2")
def serves_the_old_catalog_once_more(patch: Patch) -> None:
    """After an update some requests are still answered from the previous catalog."""
    sound = CatalogService._serve  # noqa: SLF001

    async def serve(self: CatalogService, catalog: Catalog | None, next_check_in_s: float) -> None:
        held = self.snapshot
        await sound(self, catalog, next_check_in_s)
        new, self.snapshot = self.snapshot, held
        for snapshot in (new, held, new):
            self.snapshot = snapshot
            await asyncio.sleep(0.02)

    patch(CatalogService, "_serve", serve)


@breaks("CAT-CONC-2", "CAT-CONC-4", "CAT-CHAOS-2", spills=("CAT-CHAOS-1", "CAT-SYNC-2", "CAT-CACHE-1", "CAT-CACHE-2"))
def closed_for_stocktaking(patch: Patch) -> None:
    """During an update shoppers get 503."""
    sound = CatalogService.current

    async def current(self: CatalogService) -> Snapshot:
        if self._running is not None and self.snapshot is not None:
            raise UnavailableError(1)
        return await sound(self)

    patch(CatalogService, "current", current)


@breaks("CAT-CONC-3")
def everybody_looks_for_the_saved_copy(patch: Patch) -> None:
    """Each request that finds no catalog in memory reads the saved copy itself."""
    sound = CatalogService.current

    async def current(self: CatalogService) -> Snapshot:
        if self.snapshot is None:
            await self._fallback.saved_copy()
        return await sound(self)

    patch(CatalogService, "current", current)


@breaks("CAT-CONC-3", spills=("CAT-CONC-1",))
def fetches_twice(patch: Patch) -> None:
    """Each update fetches the catalog twice."""
    sound = fetching.fetch

    async def fetch(provider: Provider, only: Sequence[str] = ()) -> Fetched:
        await sound(provider, only)
        return await sound(provider, only)

    patch(refresh, "fetch", fetch)


async def _let_everybody_pass(_connection: Connection, _fence: int) -> None:
    return


def _serve_in_between(patch: Patch, between: Callable[[Catalog, Snapshot], Snapshot]) -> None:
    """Serve the result of *between* (new catalog, previous snapshot) for a moment."""
    sound = CatalogService._serve  # noqa: SLF001

    async def serve(self: CatalogService, catalog: Catalog | None, next_check_in_s: float) -> None:
        if catalog is not None and self.snapshot is not None:
            self.snapshot = between(catalog, self.snapshot)
            await asyncio.sleep(0.05)
        await sound(self, catalog, next_check_in_s)

    patch(CatalogService, "_serve", serve)


@breaks("CAT-CONC-1", spills=("CAT-SYNC-1",))
def does_not_look_again_after_a_refusal(patch: Patch) -> None:
    """A service whose update was refused serves what it has for a minute, without looking for what the other has stored."""
    sound = Refresh._next_check_in_s  # noqa: SLF001

    def next_check_in_s(self: Refresh, ending: RefreshStatus, catalog: Catalog | None) -> float:
        return 60.0 if ending is RefreshStatus.ALREADY_RUNNING else sound(self, ending, catalog)

    patch(Refresh, "_next_check_in_s", next_check_in_s)


@breaks("CAT-CONC-3", spills=("CAT-CONC-1",))
def never_trusts_a_fresh_copy(patch: Patch) -> None:
    """A service that starts asks the provider even if another has just stored a fresh copy."""

    async def check_other_instances(_self: Refresh) -> Catalog | None:
        return None

    patch(Refresh, "_check_other_instances", check_other_instances)


@breaks("CAT-SYNC-1")
def lease_is_never_renewed(patch: Patch) -> None:
    """The lock is taken for one lease, however long the update takes."""
    patch(scripts, "RENEW_LOCK", "return 1")


@breaks("CAT-SYNC-1")
def numbers_from_the_clock_alone(patch: Patch) -> None:
    """The fence is the time of Redis's clock, so that it begins anew where the clock was set back."""
    patch(scripts, "TAKE_LOCK", _with_fence("time[1] * 1000000 + time[2]"))


@breaks("CAT-SYNC-1")
def numbers_from_a_counter_alone(patch: Patch) -> None:
    """The fence is counted in Redis alone, and the database takes whatever comes: it begins anew where Redis has lost its data."""

    async def claim(self: Database, fence: int | None) -> int:
        async def claim(connection: Connection) -> int:
            if not await database._scalar(connection, schema.EXIST):  # noqa: SLF001
                await connection.execute(schema.CREATE)
            await connection.execute(schema.SET_FENCE, [fence or 1])
            return fence or 1

        return await self._in_transaction(claim, self._limit_s)

    patch(scripts, "TAKE_LOCK", _with_fence("(tonumber(redis.call('get', KEYS[2])) or 0) + 1"))
    patch(Database, "claim", claim)


def _with_fence(expression: str) -> str:
    """The script that takes the lock, with the fence that *expression* gives."""
    sound = "math.max(time[1] * 1000000 + time[2], (tonumber(redis.call('get', KEYS[2])) or 0) + 1)"
    return scripts.TAKE_LOCK.replace(sound, expression)
