"""Publishes a catalog: first in PostgreSQL, then as the saved copy."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import structlog

from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.database import Database
from support.systems.catalog.app.errors import (
    BackupError,
    CacheError,
    DatabaseError,
    ErrorKind,
    RefreshError,
    SupersededError,
)
from support.systems.catalog.app.model import Catalog, encode_bundles
from support.systems.catalog.app.tasks import Tasks

log = structlog.get_logger()


class Publisher:
    """A catalog that PostgreSQL does not accept is not published. A saved copy that Redis does not accept is written later.

    *backup* is None when operators maintain the file. Only a complete catalog is written to it.
    """

    def __init__(
        self, database: Database, cache: Cache, backup: Backup | None, tasks: Tasks, retry_after_s: float
    ) -> None:
        self._database = database
        self._cache = cache
        self._backup = backup
        self._tasks = tasks
        self._retry_after_s = retry_after_s
        self._pending_save: asyncio.Task[None] | None = None
        self._last_error = ""

    async def claim(self, fence: int | None) -> int:
        """Claim the fence of the lock or, without a lock, a new one from PostgreSQL. Returns the fence.

        Raises `RefreshError`, as `publish` does.
        """
        with _logged_failures():
            return await self._database.claim(fence)

    async def publish(self, catalog: Catalog, fence: int, *, cache_reachable: bool) -> Catalog:
        """Return the catalog with its version. Raises `RefreshError` (database; superseded when another instance has claimed a
        higher *fence* meanwhile).

        When Redis was unreachable a moment ago (not *cache_reachable*), the saved copy is written later, without waiting.
        """
        encoded = await asyncio.to_thread(encode_bundles, catalog.bundles)
        with _logged_failures():
            published = replace(catalog, version=await self._database.publish(catalog, encoded, fence))
            if self._pending_save is not None:
                self._pending_save.cancel()
                self._pending_save = None
            if not (cache_reachable and await self._save(published, encoded, fence)):
                self._pending_save = self._tasks.start(self._save_when_possible(published, encoded, fence))
        if self._backup is not None and not published.failed_groups:
            self._tasks.start(self._save_backup(self._backup, published, encoded))
        return published

    async def _save_backup(self, backup: Backup, catalog: Catalog, encoded: bytes) -> None:
        """Renew the backup in the background: the update does not wait for the disk. The next update tries again."""
        try:
            await backup.save(catalog, encoded)
        except BackupError as error:
            log.error("backup.not_written", reason=str(error), version=catalog.version)  # noqa: TRY400 - the reason suffices

    async def _save(self, catalog: Catalog, encoded: bytes, fence: int) -> bool:
        try:
            await self._cache.save(catalog, encoded, fence)
        except CacheError as error:
            if str(error) != self._last_error:  # logged once, not at each retry
                log.error("cache.not_written", reason=str(error), version=catalog.version)  # noqa: TRY400 - the reason suffices
            self._last_error = str(error)
            return False
        self._last_error = ""
        return True

    async def _save_when_possible(self, catalog: Catalog, encoded: bytes, fence: int) -> None:
        """Retry until Redis accepts the saved copy or holds a newer one of another instance."""
        while True:
            await asyncio.sleep(self._retry_after_s)
            try:
                there = await self._cache.load()
            except CacheError:
                continue
            newer = there is not None and there.fetched_at >= catalog.fetched_at
            with suppress(SupersededError):
                if not newer and not await self._save(catalog, encoded, fence):
                    continue
            log.info("cache.caught_up", version=catalog.version)
            return


@contextmanager
def _logged_failures() -> Iterator[None]:
    try:
        yield
    except DatabaseError as error:
        log.error("publish.failed", reason=str(error))  # noqa: TRY400 - the reason suffices
        raise RefreshError(ErrorKind.DATABASE, f"the catalog could not be published: {error}") from None
    except SupersededError as late:
        log.warning("publish.superseded", reason=str(late))
        raise RefreshError(ErrorKind.SUPERSEDED, f"the catalog was not published: {late}") from None
