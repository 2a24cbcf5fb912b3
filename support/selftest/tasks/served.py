"""The server's protocols over a core in memory: in this process over HTTP's transport in memory, or on a real port."""

import asyncio
import socket
from contextlib import asynccontextmanager

import httpx
import uvicorn

from support.selftest.tasks.memory_core import MemoryCore
from support.systems.tasks.app.server.runtime import running
from support.systems.tasks.app.server.serving import configuration
from support.systems.tasks.app.server.settings import Settings

HOST = "http://tasks"


def _opening(core):
    @asynccontextmanager
    async def open_core(settings, observer):
        yield core

    return open_core


@asynccontextmanager
async def application(core, **settings):
    """A client of the application in this process."""
    settings = Settings(**{"per_minute": 0, **settings})
    async with running(settings, _opening(core), ["upsert"]) as app:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            yield client


@asynccontextmanager
async def listening(core=None, **settings):
    """The address of a server on a port of its own, in this process's loop."""
    settings = Settings(**{"per_minute": 0, **settings})
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with running(settings, _opening(core or MemoryCore()), ["upsert"]) as app:
            server = uvicorn.Server(configuration(settings, app))
            server.capture_signals = _no_signals
            serving = asyncio.create_task(server.serve(sockets=[listener]))
            try:
                yield f"127.0.0.1:{listener.getsockname()[1]}"
            finally:
                server.should_exit = True
                await serving


class _no_signals:  # noqa: N801 - stands for a function that gives a context manager
    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None
