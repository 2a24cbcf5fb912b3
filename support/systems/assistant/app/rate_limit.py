"""How many requests each key may send in any 60 seconds, counted over all instances in Redis."""

import math
import time

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter

from support.systems.assistant.app.redis_link import RedisAwayError, RedisLink

PREFIX = "assistant:limit"


class RateLimit:
    """While Redis does not answer, each instance counts in memory."""

    def __init__(self, link: RedisLink, redis_url: str) -> None:
        self._link = link
        shared = RedisStorage(
            f"async+{redis_url}",
            implementation="redispy",
            key_prefix=PREFIX,
            connection_pool=link.pool,  # type: ignore[arg-type]  # handed on to redis-py as it is
        )
        self._shared = MovingWindowRateLimiter(shared)
        self._own = MovingWindowRateLimiter(MemoryStorage())

    async def wait_s(self, user: str, per_minute: int) -> int:
        """0 if *user* may send a request now, which then counts; else whole seconds until one is allowed again."""
        limit = RateLimitItemPerMinute(per_minute)
        try:
            return await self._link.ask(lambda: _hit(self._shared, limit, user))
        except RedisAwayError:
            return await _hit(self._own, limit, user)


async def _hit(limiter: MovingWindowRateLimiter, limit: RateLimitItemPerMinute, user: str) -> int:
    if await limiter.hit(limit, user):
        return 0
    window = await limiter.get_window_stats(limit, user)
    return max(1, math.ceil(window.reset_time - time.time()))
