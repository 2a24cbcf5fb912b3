"""What stays over a restart: the listener, and the door to the application that is in charge."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send


class Service:
    """An ASGI application. Requests that come during a restart wait for the new one."""

    def __init__(self) -> None:
        self._app: asyncio.Future[ASGIApp] = asyncio.get_running_loop().create_future()
        self._working: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await asyncio.shield(self._app)
        task = asyncio.current_task()
        assert task
        self._working.add(task)
        try:
            await app(scope, receive, send)
        finally:
            self._working.discard(task)

    def open(self, app: ASGIApp) -> None:
        self._app.set_result(app)

    async def close(self, within_s: float) -> None:
        """Let no more requests in; those in progress may finish in time, then they are cancelled."""
        self._app = asyncio.get_running_loop().create_future()
        for cancel in (False, True):
            if not self._working:
                return
            if cancel:
                for task in self._working:
                    task.cancel()
            await asyncio.wait(self._working, timeout=within_s)
