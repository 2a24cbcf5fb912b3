"""`python -m support.systems.tasks.app.server`: serve until SIGTERM; SIGHUP starts anew within the process."""

import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvloop

from support.systems.tasks.app.server import logs
from support.systems.tasks.app.server.observing import Observer
from support.systems.tasks.app.server.serving import serve
from support.systems.tasks.app.server.settings import WRONG_SETTINGS, Settings, SettingsError, read_settings
from support.systems.tasks.app.server.store import CALLS
from support.systems.tasks.app.server.task_service import TaskService


@asynccontextmanager
async def _open_service(settings: Settings, observe: Observer) -> AsyncIterator[TaskService]:
    service = TaskService(settings, observe)
    try:
        yield service
    finally:
        await service.close()


def main() -> int:
    logs.set_up()
    try:
        settings = read_settings(os.environ)
        listening = _listen(settings)
    except SettingsError as wrong:
        sys.stderr.writelines(f"tasks: {mistake}\n" for mistake in wrong.mistakes)
        return WRONG_SETTINGS
    uvloop.run(serve(settings, listening, _open_service, CALLS))
    return 0


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listening = socket.create_server((settings.host, settings.port), family=family, backlog=2048)
    except OSError as error:
        place = f"{settings.host}:{settings.port}"
        remedy = "choose another TASKS_HOST or TASKS_PORT"
        raise SettingsError([f"Cannot listen on {place} ({error.strerror}): {remedy}."]) from None
    # asyncio sets it only for sockets with an explicit protocol; without it small answers wait 40 ms for an ACK
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


if __name__ == "__main__":
    sys.exit(main())
