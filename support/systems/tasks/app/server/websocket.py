"""`/ws`: one connection, its subscriptions, and how it ends. What one subscriber does delays no other."""

import asyncio
from collections.abc import Coroutine

import structlog
from prometheus_client import Gauge
from starlette.websockets import WebSocket, WebSocketDisconnect

from support.systems.tasks.app.server.admission import check_version
from support.systems.tasks.app.server.core import Core, TaskError, TooSlowError
from support.systems.tasks.app.server.messages import (
    CRASHED,
    OTHER_VERSION,
    TOO_SLOW,
    WRONG_FIELD,
    CloseError,
    Ping,
    Subscribe,
    Unsubscribe,
    read_message,
    write_message,
)
from support.systems.tasks.app.server.subscription import Subscription

MOST_REPOSITORIES = 100
log = structlog.get_logger()


class Subscribers:
    """Serves each connection; *connections* counts those that are open."""

    def __init__(self, core: Core, connections: Gauge) -> None:
        self._core = core
        self._connections = connections
        self.number = 0

    async def serve(self, websocket: WebSocket) -> None:
        await websocket.accept()
        for given in (websocket.headers.get("Client-Version"), websocket.query_params.get("client_version")):
            try:
                check_version(given)
            except TaskError as error:
                await websocket.close(OTHER_VERSION, error.message)
                return
        self._count(+1)
        try:
            await _Subscriber(websocket, self._core).serve()
        except WebSocketDisconnect:
            pass  # gone before it could be told why
        finally:
            self._count(-1)

    def _count(self, difference: int) -> None:
        self.number += difference
        self._connections.set(self.number)


class _Subscriber:
    """Reads from its client, and sends the events of each subscription, until one of these ends; then all end."""

    def __init__(self, websocket: WebSocket, core: Core) -> None:
        self._websocket = websocket
        self._core = core
        self._subscriptions: dict[str, Subscription] = {}
        self._end: asyncio.Future[CloseError | None] = asyncio.get_running_loop().create_future()

    async def serve(self) -> None:
        reading = asyncio.create_task(self._until_end(self._read()))
        try:
            close = await self._end
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            for repository in list(self._subscriptions):
                await self._unsubscribe(repository)
        if close:
            await self._websocket.close(close.code, close.reason)

    async def _until_end(self, work: Coroutine[None, None, None]) -> None:
        """Whatever ends *work* ends the connection; None: it is closed already."""
        close: CloseError | None = None
        try:
            await work
        except CloseError as error:
            close = error
        except WebSocketDisconnect:
            pass
        except TooSlowError:
            close = CloseError(TOO_SLOW, "too slow")
        except TaskError as error:
            close = CloseError(TOO_SLOW, error.error)  # "try again later"
        except Exception:
            log.exception("websocket.crashed")
            close = CloseError(CRASHED, "something went wrong on our side")
        if not self._end.done():
            self._end.set_result(close)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            match read_message(message):
                case Subscribe(repository=repository, since=since):
                    await self._subscribe(repository, since)
                case Unsubscribe(repository=repository):
                    await self._unsubscribe(repository)
                    await self._say("unsubscribed", repository=repository)
                case Ping():
                    await self._say("pong")

    async def _subscribe(self, repository: str, since: int | None) -> None:
        """A subscription of the same repository is replaced."""
        await self._unsubscribe(repository)
        if len(self._subscriptions) >= MOST_REPOSITORIES:
            raise CloseError(WRONG_FIELD, f"repository: more than {MOST_REPOSITORIES} are subscribed")
        feed = await self._core.subscribe(repository, since)
        subscription = self._subscriptions[repository] = Subscription(self._websocket, feed)
        if feed.resync:
            await self._say("resync", repository=repository, number=feed.number)
        await self._say("subscribed", repository=repository, number=feed.number)
        subscription.sending = asyncio.create_task(self._until_end(subscription.send_events()))

    async def _unsubscribe(self, repository: str) -> None:
        if subscription := self._subscriptions.pop(repository, None):
            await subscription.close()

    async def _say(self, kind: str, **fields: str | int) -> None:
        await self._websocket.send_text(write_message(kind, **fields))
