"""What the tests of the assistant's monitoring share: a configuration, events, and a webhook that can be down."""

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import timedelta

from support.core.eventually import eventually
from support.systems.assistant.app.events import RequestEnded
from support.systems.assistant.app.model import (
    AlertSettings,
    BreakerSettings,
    BulkheadSettings,
    Effective,
    Kind,
    OperationSettings,
    RetrySettings,
    Source,
    Work,
)

ALERTS = AlertSettings(failure_rate=0.5, p95_s=1.0, minimum_requests=10, window_s=60, regression_times=1.5)
WITHIN = timedelta(seconds=10)


def effective(*operations: str, alerts: AlertSettings = ALERTS) -> Effective:
    return Effective(1, "simple", {name: _operation(name) for name in operations}, 600, alerts)


def _operation(name: str) -> OperationSettings:
    retry, breaker = RetrySettings(3, 0.1, 1, 0.1, 1, 5), BreakerSettings(5, 1, 2, 5, 1)
    return OperationSettings(name, "balanced", "", retry, breaker, BulkheadSettings(50, 1))


def work(operation: str = "qa") -> Work:
    return Work("r-1", "ana", operation, "a text")


def ended(
    source: Source | None, *, operation: str = "qa", took_s: float = 0.1, errors: tuple[Kind, ...] = ()
) -> RequestEnded:
    return RequestEnded(work(operation), source, took_s, 1, errors)


async def until(check: Callable[[], bool], what: str) -> None:
    """Wait for *check*, at most WITHIN; the event loop goes on."""

    def met() -> None:
        assert check(), what

    await asyncio.to_thread(eventually, met, within=WITHIN)


class Webhook:
    """Keeps what it receives; *statuses* are its first answers, 204 follows. It answers while `answers` is set."""

    def __init__(self, *statuses: int) -> None:
        self._statuses = list(statuses)
        self._server: asyncio.Server | None = None
        self._port = 0
        self.answers = asyncio.Event()
        self.answers.set()
        self.asked = 0
        self.received: list[Mapping[str, object]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/alerts"

    async def up(self) -> None:
        self._server = await asyncio.start_server(self._answer, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def down(self) -> None:
        assert self._server is not None
        self._server.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.partition("content-length:")[2].split()[0])
        body = json.loads(await reader.readexactly(length))
        self.asked += 1
        status = self._statuses.pop(0) if self._statuses else 204
        if 200 <= status < 300:
            self.received.append(body)
        await self.answers.wait()
        writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()
