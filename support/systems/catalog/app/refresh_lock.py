"""The lock that keeps two instances from refreshing the catalog at the same time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog

from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import CacheError

log = structlog.get_logger()


class RefreshLock:
    """For one refresh. `fence` is set while the lock is held; `redis_reachable` turns false at the first error of Redis."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self.fence: int | None = None
        self.redis_reachable = True

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[bool]:
        """False when another instance holds the lock. Without Redis there is no lock; the fence in PostgreSQL keeps the order."""
        try:
            self.fence = await self._cache.take_lock() if self.redis_reachable else None
        except CacheError as error:
            log.warning("lock.out_of_reach", reason=str(error))
            self.redis_reachable = False
        if not self.redis_reachable:
            yield True
            return
        if self.fence is None:
            yield False
            return
        ended = asyncio.Event()
        renewal = asyncio.create_task(self._cache.renew_lock(self.fence, ended))
        try:
            yield True
        finally:
            ended.set()
            renewal.cancel()
            await asyncio.wait({renewal})
            try:
                await self._cache.release_lock(self.fence)
            except CacheError as error:
                log.warning("lock.not_released", reason=str(error))
