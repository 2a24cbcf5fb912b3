"""Mistakes with how long prices are kept, each on one of the ways by which they come to where they are kept."""

import asyncio
from contextlib import suppress

from support.systems.catalog.app.cache import ENTRY, Cache
from support.systems.catalog.app.errors import CacheError, SupersededError
from support.systems.catalog.app.fallback import NO_FENCE
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.service import CatalogService
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-CHAIN-1", spills=("CAT-CACHE-3",))
def saved_copy_without_a_life(patch: Patch) -> None:
    """A saved copy that an update writes stays in Redis for ever."""
    sound = Cache.save

    async def save(self: Cache, catalog: Catalog, encoded: bytes, fence: int) -> None:
        await sound(self, catalog, encoded, fence)
        await self._redis.persist(ENTRY)

    patch(Cache, "save", save)


@breaks("CAT-CACHE-3")
def late_copy_without_a_life(patch: Patch) -> None:
    """A saved copy that could be written only later stays in Redis for ever."""
    sound = Publisher._save_when_possible  # noqa: SLF001

    async def save_when_possible(self: Publisher, catalog: Catalog, encoded: bytes, fence: int) -> None:
        await sound(self, catalog, encoded, fence)
        await self._cache._redis.persist(ENTRY)  # noqa: SLF001

    patch(Publisher, "_save_when_possible", save_when_possible)


@breaks("CAT-CACHE-3")
def copy_put_back_without_a_life(patch: Patch) -> None:
    """A saved copy that is restored from memory stays in Redis for ever."""
    sound = Cache.save

    async def save(self: Cache, catalog: Catalog, encoded: bytes, fence: int) -> None:
        await sound(self, catalog, encoded, fence)
        if fence == NO_FENCE:
            await self._redis.persist(ENTRY)

    patch(Cache, "save", save)


@breaks("CAT-CACHE-1")
def memory_outlives_its_prices(patch: Patch) -> None:
    """Prices in memory do not expire; those in the saved copy do."""

    def held(self: CatalogService) -> Snapshot | None:
        return self._held

    def hold(self: CatalogService, snapshot: Snapshot | None) -> None:
        self._held = snapshot

    patch(CatalogService, "snapshot", property(held, hold))


@breaks("CAT-CACHE-4")
def late_copies_have_the_last_word(patch: Patch) -> None:
    """A copy that could not be written in time is written later, even over a newer one."""

    async def save_when_possible(self: Publisher, catalog: Catalog, encoded: bytes, fence: int) -> None:
        while True:
            await asyncio.sleep(self._retry_after_s)
            with suppress(CacheError, SupersededError):
                there = await self._cache.load()
                if there is not None and there.fetched_at > catalog.fetched_at:
                    await asyncio.sleep(self._retry_after_s)
                    await self._cache._redis.delete(ENTRY)  # noqa: SLF001
                await self._cache.save(catalog, encoded, fence)
                return

    patch(Publisher, "_save_when_possible", save_when_possible)
