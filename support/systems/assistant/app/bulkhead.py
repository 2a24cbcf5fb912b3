"""How many requests of one operation are with the AI service at the same time, so that one operation cannot starve the others."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from support.systems.assistant.app.model import BulkheadSettings


class BulkheadFullError(Exception):
    pass


class Bulkhead:
    """The places of one operation. Each request brings the settings under which it began, so a change takes effect at once."""

    def __init__(self) -> None:
        self.taken = 0
        self._waiting: deque[tuple[asyncio.Future[None], int]] = deque()

    @asynccontextmanager
    async def place(self, settings: BulkheadSettings, wait_s: float) -> AsyncIterator[None]:
        """Holds a place. Raises `BulkheadFullError` after *wait_s* without one; those that wait longest come first."""
        if self._waiting or self.taken >= settings.concurrent:
            await self._wait(settings.concurrent, wait_s)
        else:
            self.taken += 1
        try:
            yield
        finally:
            self.taken -= 1
            self._hand_on()

    async def _wait(self, concurrent: int, wait_s: float) -> None:
        """Returns with a place taken."""
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((turn, concurrent))
        try:
            async with asyncio.timeout(wait_s):
                await turn
        except BaseException as ended:
            with suppress(ValueError):
                self._waiting.remove((turn, concurrent))
            if turn.done() and not turn.cancelled():  # given at the very moment
                self.taken -= 1
            self._hand_on()
            if isinstance(ended, TimeoutError):
                raise BulkheadFullError from None
            raise

    def _hand_on(self) -> None:
        while self._waiting:
            turn, concurrent = self._waiting[0]
            if turn.done():
                self._waiting.popleft()
            elif self.taken < concurrent:
                self._waiting.popleft()
                self.taken += 1
                turn.set_result(None)
            else:
                return


class Bulkheads:
    """One for each operation."""

    def __init__(self) -> None:
        self._all: dict[str, Bulkhead] = {}

    def of(self, operation: str) -> Bulkhead:
        return self._all.setdefault(operation, Bulkhead())
