"""The runtime that is in charge, and its replacement on a reload."""

import asyncio
import os

import structlog
from starlette.types import Receive, Scope, Send

from support.systems.assistant.app.mistakes import ConfigurationError
from support.systems.assistant.app.runtime import Runtime, check
from support.systems.assistant.app.settings import SettingsError, read_settings
from support.systems.assistant.app.tasks import Tasks

FAILED = 1
log = structlog.get_logger()


class Service:
    """An ASGI application. Requests that come during a reload wait for the new runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.tasks = Tasks()
        self._one_at_a_time = asyncio.Lock()
        self._available = asyncio.Event()
        self._available.set()
        runtime.start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._available.wait()
        await self.runtime.app(scope, receive, send)

    async def reload(self) -> None:
        """Close the old runtime first, so that nothing of it is left when `started_at` changes.

        With settings or a file that are not valid, the old runtime stays.
        """
        async with self._one_at_a_time:
            try:
                settings = read_settings(os.environ)
                check(settings)
            except (SettingsError, ConfigurationError, OSError) as wrong:
                log.error("service.not_reloaded", mistakes=str(wrong).splitlines())  # noqa: TRY400 - the reason suffices
                return
            self._available.clear()
            await self.runtime.close()
            try:
                self.runtime = Runtime(settings)
            except (ConfigurationError, OSError) as wrong:
                log.critical("service.cannot_start", mistakes=str(wrong).splitlines())
                os._exit(FAILED)  # as a new process would end; what is left could not serve
            self.runtime.start()
            self._available.set()
            log.info("service.reloaded")

    async def close(self) -> None:
        async with self._one_at_a_time:
            await self.runtime.close()
