"""The sources below the provider: the saved copy, then the backup file."""

import asyncio
from contextlib import suppress

import structlog

from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import BackupError, CacheError, SupersededError
from support.systems.catalog.app.model import Catalog, Source, encode_bundles
from support.systems.catalog.app.parts import Parts, Status

NO_FENCE = 0  # lower than every fence of the lock, so that such a copy never replaces another
log = structlog.get_logger()


class Fallback:
    """Chooses the source when the provider fails. A failing source is logged, and the next one is tried."""

    def __init__(self, cache: Cache, backup: Backup, parts: Parts) -> None:
        self._cache = cache
        self._backup = backup
        self._parts = parts

    async def best(self, held: Catalog | None, *, rejected: bool) -> Catalog | None:
        """The catalog to serve; *held* is the one in memory.

        While the key is *rejected* the backup comes first: we may no longer be entitled to the saved data. Otherwise a catalog
        from the provider or from the saved copy is replaced only by a newer saved copy.
        """
        if rejected:
            return await self.backup() or held or await self.saved_copy()
        saved = await self.saved_copy(held)
        if held is None or held.source is Source.BACKUP:
            return saved or await self.backup() or held
        return saved if saved is not None and saved.fetched_at > held.fetched_at else held

    async def saved_copy(self, held: Catalog | None = None) -> Catalog | None:
        """The saved copy; None when there is none or Redis is unreachable. A missing copy is restored from *held*."""
        try:
            saved = await self._cache.load()
            if saved is None and held is not None and held.version is not None:
                await self._restore(held)
        except CacheError as error:
            self._parts.record("cache", Status.DOWN, str(error))
            log.warning("fallback.no_saved_copy", reason=str(error))
            return None
        self._parts.record("cache", Status.UP)
        return saved

    async def _restore(self, held: Catalog) -> None:
        encoded = await asyncio.to_thread(encode_bundles, held.bundles)
        with suppress(SupersededError):  # another instance has written a copy meanwhile
            await self._cache.save(held, encoded, NO_FENCE)
            log.info("cache.put_back", version=held.version)

    async def backup(self) -> Catalog | None:
        try:
            catalog = await self._backup.load()
        except BackupError as error:
            self._parts.record("backup", Status.DOWN, str(error))
            log.error("fallback.no_backup", reason=str(error))  # noqa: TRY400 - the reason suffices
            return None
        self._parts.record("backup", Status.UP)
        return catalog
