"""The server from its start to a stop signal, over any number of restarts."""

import asyncio
import os
import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import structlog
import uvicorn
from starlette.types import ASGIApp

from support.systems.tasks.app.server.connection import Connection
from support.systems.tasks.app.server.runtime import OpenCore, running
from support.systems.tasks.app.server.service import Service
from support.systems.tasks.app.server.settings import Settings

LARGEST_MESSAGE = 65_536
KEPT_ALIVE_S = 60  # longer than clients keep connections: a request must not cross with the closing
FINISH_WITHIN_S = 3  # requests in progress, when the server stops
RESTART_WITHIN_S = 1.0  # the same, when it starts anew
EXIT_WITHIN_S = 4.5
log = structlog.get_logger()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """uvicorn would end by the signal itself, and not with exit status 0."""
        yield

    def drop_connections(self) -> None:
        """WebSockets are closed with 1012, idle connections at once, others after their answer."""
        for connection in list(self.server_state.connections):
            connection.shutdown()


async def serve(settings: Settings, listening: socket.socket, open_core: OpenCore, store_calls: Iterable[str]) -> None:
    """Serve until a stop signal, then close everything."""
    service = Service()
    server = _Server(configuration(settings, service))
    restart = asyncio.Event()

    def stop() -> None:
        if not server.should_exit:
            _exit_at_the_latest()
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    loop.add_signal_handler(signal.SIGHUP, restart.set)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not serving.done():
        restart.clear()
        async with running(settings, open_core, store_calls) as app:
            service.open(app)
            log.info("server.started")
            await _first(serving, restart)
            server.drop_connections()
            await service.close(RESTART_WITHIN_S)
        log.info("server.stopped")
    await serving


async def _first(serving: asyncio.Task[None], restart: asyncio.Event) -> None:
    restarting = asyncio.create_task(restart.wait())
    await asyncio.wait((serving, restarting), return_when=asyncio.FIRST_COMPLETED)
    restarting.cancel()


def configuration(settings: Settings, app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http="httptools",
        loop="none",
        ws=Connection,
        ws_max_size=LARGEST_MESSAGE,
        ws_ping_interval=settings.ping_s,
        ws_ping_timeout=settings.pong_s,
        ws_per_message_deflate=False,
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=2048,
        timeout_keep_alive=KEPT_ALIVE_S,
        timeout_graceful_shutdown=FINISH_WITHIN_S,
    )


def _exit_at_the_latest() -> None:
    """A thread that hangs in the kernel (name server) must not keep the process from exiting."""
    watchdog = threading.Timer(EXIT_WITHIN_S, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()
