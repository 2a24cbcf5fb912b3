"""How many requests each client may send in any 60 seconds."""

import time

import structlog
from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from support.systems.tasks.app.server.core import TaskError

log = structlog.get_logger()


class RateLimit:
    """Counts in memory. *per_minute* 0: no limit."""

    def __init__(self, per_minute: int) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._limit = RateLimitItemPerMinute(per_minute) if per_minute else None

    async def count(self, client: str) -> None:
        """Count one request of *client*. Raises `TaskError` 429 if it is one too many, which then does not count."""
        if self._limit is None or await self._limiter.hit(self._limit, client):
            return
        window = await self._limiter.get_window_stats(self._limit, client)
        log.warning("rate.limited", client=client)
        message = f"More than {self._limit.amount} requests in a minute came from this client."
        raise TaskError(429, "rate_limited", message, retry_after_s=window.reset_time - time.time())
