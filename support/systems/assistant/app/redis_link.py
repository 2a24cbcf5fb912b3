"""The way to Redis. Every part that uses it has something to go on with while Redis does not answer."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

import structlog
from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

Result = TypeVar("Result")

ASK_AGAIN_AFTER_S = 1.0
CONNECTIONS = 20
PLACE_WITHIN_S = 1.0
log = structlog.get_logger()


class RedisAwayError(Exception):
    """Redis does not answer, or did not less than a second ago; or it refuses a command, being full, or holding damaged data."""


class RedisLink:
    """Runs commands while Redis answers. After a failure one call a second asks again; the others fail at once.

    A command that Redis refuses fails alone: a Redis that is full can still be read.
    """

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
        # waiting for a connection is our own business: it takes no part of the time that Redis has, and ends without blaming it
        self._connections = asyncio.Semaphore(CONNECTIONS)

    async def ask(self, command: Callable[[], Awaitable[Result]]) -> Result:
        """The result of *command*, which uses one connection of `redis` or `pool`. Raises `RedisAwayError`."""
        async with self._connection():
            self._check()
            failures = self._failures
            try:
                result = await command()
            except ResponseError as error:
                log.warning("redis.refuses", reason=str(error))
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

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[None]:
        """Holds one. With a Redis that is slow, though in time, the queue would else grow without end."""
        try:
            async with asyncio.timeout(PLACE_WITHIN_S):
                await self._connections.acquire()
        except TimeoutError:
            raise RedisAwayError from None
        try:
            yield
        finally:
            self._connections.release()

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
