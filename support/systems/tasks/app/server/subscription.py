"""One repository that one connection listens to."""

import asyncio

from starlette.websockets import WebSocket

from support.systems.tasks.app.server.core import Feed, TooSlowError
from support.systems.tasks.app.server.messages import write_event


class Subscription:
    def __init__(self, websocket: WebSocket, feed: Feed) -> None:
        self._websocket = websocket
        self._feed = feed
        self.sending: asyncio.Task[None] | None = None

    async def send_events(self) -> None:
        """Raises `TooSlowError`, also while an event is stuck in the middle."""
        overflow = asyncio.create_task(self._feed.overflow())
        sending = asyncio.create_task(self._send_each())
        try:
            await asyncio.wait((overflow, sending), return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                await sending
            raise TooSlowError
        finally:
            overflow.cancel()
            sending.cancel()
            await asyncio.gather(overflow, sending, return_exceptions=True)

    async def _send_each(self) -> None:
        async for event in self._feed:
            await self._websocket.send_text(write_event(event))

    async def close(self) -> None:
        if self.sending:
            self.sending.cancel()
            await asyncio.gather(self.sending, return_exceptions=True)
        await self._feed.close()
