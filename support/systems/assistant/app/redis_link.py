"""The way to Redis. Every part that uses it has something to go on with while Redis does not answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

Result = TypeVar("Result")

ASK_AGAIN_AFTER_S = 1.0
CONNECTIONS = 20
WRONG_TYPE = "WRONGTYPE"  # only this one key is damaged
log = structlog.get_logger()


class RedisAwayError(Exception):
    """Redis does not answer, or refuses a command; or did so less than a second ago. Or what it holds is damaged."""


class RedisLink:
    """Runs commands while Redis answers. After a failure one call a second asks again; the others fail at once."""

    def __init__(self, url: str, timeout_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.pool = ConnectionPool.from_url(
            url,
            max_connections=CONNECTIONS,
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            retry=Retry(NoBackoff(), 0),
        )
        self.redis = Redis(connection_pool=self.pool)
        self.answers = True
        self._clock = clock
        self._ask_again_at = 0.0
        self._failures = 0
        self._closed = False
        # waiting for a connection is our own business: it takes no part of the time that Redis has
        self._connections = asyncio.Semaphore(CONNECTIONS)

    async def ask(self, command: Callable[[], Awaitable[Result]]) -> Result:
        """The result of *command*, which uses one connection of `redis` or `pool`. Raises `RedisAwayError`."""
        async with self._connections:
            self._check()
            failures = self._failures
            try:
                result = await command()
            except ResponseError as error:
                if not str(error).startswith(WRONG_TYPE):
                    self._failed(error)
                raise RedisAwayError from error
            except (RedisError, OSError) as error:
                self._failed(error)
                raise RedisAwayError from error
            except Exception as error:
                if self._closed:  # what was under way finds its connection gone, and says so in various ways
                    raise RedisAwayError from error
                raise
            if not self.answers and failures == self._failures:  # asked after the last failure
                self.answers = True
                log.info("redis.answers_again")
            return result

    async def close(self) -> None:
        """What is under way, and what comes after this, goes on without Redis."""
        self._closed = True
        await self.pool.disconnect()

    def _check(self) -> None:
        if self._closed:
            raise RedisAwayError
        if not self.answers:
            if self._clock() < self._ask_again_at:
                raise RedisAwayError
            self._ask_again_at = self._clock() + ASK_AGAIN_AFTER_S

    def _failed(self, error: Exception) -> None:
        if self.answers:
            log.warning("redis.does_not_answer", reason=type(error).__name__)
        self.answers = False
        self._failures += 1
        self._ask_again_at = self._clock() + ASK_AGAIN_AFTER_S
