"""`python -m support.systems.assistant.app`: serve until SIGTERM; SIGHUP starts anew within the process."""

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
import uvloop

from support.systems.assistant.app import logs
from support.systems.assistant.app.mistakes import ConfigurationError
from support.systems.assistant.app.runtime import Runtime
from support.systems.assistant.app.service import Service
from support.systems.assistant.app.settings import Settings, SettingsError, read_settings

WRONG_USAGE = 64
FINISH_WITHIN_S = 1.0  # requests in progress; after that they are answered without the AI service
LAST_ANSWERS_S = 0.3
EXIT_WITHIN_S = 2.0
log = structlog.get_logger()


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The service handles signals itself: uvicorn would end the process without closing the clients."""
        yield


async def serve(runtime: Runtime, listening: socket.socket) -> None:
    """Serve until a stop signal, then close everything."""
    service = Service(runtime)
    config = uvicorn.Config(
        service,
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

    async def stop() -> None:
        await asyncio.sleep(FINISH_WITHIN_S)
        service.runtime.interrupt()
        await asyncio.sleep(LAST_ANSWERS_S)
        server.force_exit = True

    def on_stop_signal() -> None:
        if not server.should_exit:
            _exit_at_the_latest()
            server.should_exit = True
            service.tasks.start(stop())

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_stop_signal)
    loop.add_signal_handler(signal.SIGHUP, lambda: service.tasks.start(service.reload()))
    log.info("service.started")
    await server.serve(sockets=[listening])
    await service.close()
    log.info("service.stopped")


def _exit_at_the_latest() -> None:
    """A thread that hangs in the kernel (disk, name server) must not keep the process from exiting."""
    watchdog = threading.Timer(EXIT_WITHIN_S, os._exit, (0,))
    watchdog.daemon = True
    watchdog.start()


def main() -> int:
    logs.set_up()
    try:
        settings = read_settings(os.environ)
        listening = _listen(settings)
        uvloop.run(_run(settings, listening))
    except SettingsError as wrong:
        return _refuse(wrong.mistakes)
    except ConfigurationError as wrong:
        return _refuse([mistake.sentence for mistake in wrong.mistakes])
    return 0


async def _run(settings: Settings, listening: socket.socket) -> None:
    """Raises `SettingsError` if the data cannot be kept."""
    try:
        runtime = Runtime(settings)
    except OSError as error:
        raise SettingsError(
            [f"ASSISTANT_DATA_DIR cannot be used ({error.strerror}): name a folder to write to."]
        ) from None
    await serve(runtime, listening)


def _refuse(mistakes: list[str]) -> int:
    sys.stderr.writelines(f"assistant: {mistake}\n" for mistake in mistakes)
    return WRONG_USAGE


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        remedy = "choose another ASSISTANT_HOST or ASSISTANT_PORT"
        raise SettingsError([f"Cannot listen on {place} ({error.strerror}): {remedy}."]) from None
    # asyncio sets it only for sockets with an explicit protocol; without it small answers wait 40 ms for an ACK
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


if __name__ == "__main__":
    sys.exit(main())
