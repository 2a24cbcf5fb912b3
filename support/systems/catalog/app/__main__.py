"""`python -m support.systems.catalog.app`: serve until SIGTERM; SIGHUP reloads everything within the process."""

import asyncio
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from support.systems.catalog.app import logs
from support.systems.catalog.app.runtime import Runtime
from support.systems.catalog.app.settings import Settings, SettingsError, read_settings
from support.systems.catalog.app.tasks import Tasks
from support.systems.catalog.app.web import Web

WRONG_USAGE = 64
EXIT_WITHIN_S = 0.9
LAST_ANSWERS_S = 0.4
SWITCH_INTERVAL_S = (
    0.0005  # threads that build the next catalog delay an answer by this at most (Python's default: 5 ms)
)
log = structlog.get_logger()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The service handles signals itself: uvicorn would end the process without closing the clients."""
        yield


async def serve(settings: Settings, listening: socket.socket) -> None:
    """Serve until a stop signal, then close everything."""
    web = Web(Runtime(settings))
    web.runtime.start()
    config = uvicorn.Config(
        web.app,
        http="httptools",
        loop="none",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        backlog=2048,
    )
    server = _Server(config)
    chores = Tasks()
    one_at_a_time = asyncio.Lock()

    async def reload() -> None:
        """Close the old runtime first, so that nothing of it is left when `started_at` changes."""
        async with one_at_a_time:
            await web.runtime.close()
            if not web.stopping:
                web.runtime = Runtime(read_settings(os.environ))
                web.runtime.start()
                log.info("service.reloaded")

    async def stop() -> None:
        async with one_at_a_time:
            await web.runtime.close()
        # leaves a running health check time to end; other requests ended with the refresh
        await asyncio.sleep(LAST_ANSWERS_S)
        server.force_exit = True

    def on_stop_signal() -> None:
        if not web.stopping:
            _exit_at_the_latest()
            web.stopping = True
            server.should_exit = True
            chores.start(stop())

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_stop_signal)
    loop.add_signal_handler(signal.SIGHUP, lambda: chores.start(reload()))
    log.info("service.started", host=settings.host, port=settings.port)
    await server.serve(sockets=[listening])
    log.info("service.stopped")


def _exit_at_the_latest() -> None:
    """A thread that hangs in the kernel (disk, name server) must not keep the process from exiting."""
    watchdog = threading.Timer(EXIT_WITHIN_S, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()


def main() -> int:
    try:
        settings = read_settings(os.environ)
        listening = _listen(settings)
    except SettingsError as wrong:
        sys.stderr.write(f"catalog: {wrong}\n")
        return WRONG_USAGE
    logs.set_up()
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    asyncio.run(serve(settings, listening))
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        raise SettingsError(
            f"cannot listen on {place} ({error.strerror}); choose another CATALOG_HOST or CATALOG_PORT"
        ) from None
    # asyncio sets it only for sockets with an explicit protocol; without it small answers wait 40 ms for an ACK
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


if __name__ == "__main__":
    sys.exit(main())
