"""At most so many requests work at the same time, and so many wait for a short while; the rest is refused at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from support.systems.tasks.app.server.core import TaskError

RETRY_AFTER_S = 1.0


class Places:
    """Requests get their places in the order in which they came."""

    def __init__(self, working: int = 64, waiting: int = 256, wait_s: float = 1.0) -> None:
        self._free = asyncio.Semaphore(working)
        self._may_wait = waiting
        self._wait_s = wait_s

    @asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Raises `TaskError` 503 if none becomes free in time."""
        if self._free.locked():
            await self._wait()
        else:
            await self._free.acquire()
        try:
            yield
        finally:
            self._free.release()

    async def _wait(self) -> None:
        if self._may_wait <= 0:
            raise _overloaded()
        self._may_wait -= 1
        try:
            async with asyncio.timeout(self._wait_s):
                await self._free.acquire()
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self._may_wait += 1


def _overloaded() -> TaskError:
    message = "The server has more requests than it can serve. Please try again shortly."
    return TaskError(503, "overloaded", message, retry_after_s=RETRY_AFTER_S, outcome="not_done")
