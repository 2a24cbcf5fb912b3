"""Follows the events of one repository: through losses of the connection, each event once and none left out."""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus

from support.systems.tasks.app.client.errors import RefusedError, UnreachableError
from support.systems.tasks.app.client.http_client import CLIENT_VERSION
from support.systems.tasks.app.client.messages import MalformedError, Told, decode
from support.systems.tasks.app.client.retry import AttemptError, Backoff, repeatable, retry_after_s
from support.systems.tasks.app.client.settings import Settings

CLOSE_WITHIN_S = 1.0
MOST_BYTES = 1_000_000  # of one message; the largest content takes 120,000, escaped
POLICY, OTHER_VERSION = 1008, 4426


@dataclass(frozen=True, slots=True)
class Listener:
    """What is to be done with what is heard; both have to be finished before the next message is taken.

    *event* gets the message as received and says whether that was enough. *resync* has to fetch the list.
    """

    event: Callable[[Told, dict[str, Any]], bool]
    resync: Callable[[Told, dict[str, Any]], Awaitable[None]]


class Watch:
    """Of *repository*, beginning after the event with the number *since*."""

    def __init__(self, settings: Settings, client_id: str, repository: str, since: int, listener: Listener) -> None:
        self._settings = settings
        self._headers = {"Client-Version": CLIENT_VERSION, "Client-Id": client_id}
        self._repository = repository
        self._since = since
        self._listener = listener
        self._connected = False  # at least once
        self._failures = 0  # in succession

    async def run(self, *, give_up: bool) -> None:
        """Until the listener has heard enough. *give_up* if the first connection takes more attempts or time than a request may.

        Raises `RefusedError`, `UnreachableError`.
        """
        backoff = Backoff(self._settings.retries)
        ends = time.monotonic() + self._settings.retries.deadline_s
        while True:
            try:
                if await self._connection():
                    return
                failure = AttemptError("its connection was lost")
            except AttemptError as error:
                failure = error
            self._failures += 1
            wait_s = backoff.wait_s(self._failures, failure.retry_after_s)
            last = self._failures >= self._settings.retries.attempts or time.monotonic() + wait_s >= ends
            if give_up and last and not self._connected:
                raise UnreachableError(f"The server at {self._settings.server} cannot be reached: {failure.reason}.")
            await asyncio.sleep(wait_s)

    async def _connection(self) -> bool:
        """Whether the listener has heard enough; else the connection has ended. Raises `RefusedError`, `AttemptError`."""
        settings = self._settings
        headers = {"Request-Id": uuid.uuid4().hex, "Attempt": str(self._failures + 1)}
        opened = time.monotonic()
        try:
            async with connect(
                "ws" + settings.server.removeprefix("http") + "/ws",
                additional_headers=self._headers | headers,
                proxy=None,
                compression=None,
                open_timeout=settings.retries.attempt_timeout_s,
                close_timeout=CLOSE_WITHIN_S,
                ping_interval=settings.ping_s,
                ping_timeout=settings.pong_s,
                max_size=MOST_BYTES,
            ) as socket:
                subscribe = {"type": "subscribe", "repository": self._repository, "since": self._since}
                async with asyncio.timeout(settings.retries.attempt_timeout_s) as limit:  # until it is subscribed
                    await socket.send(msgspec.json.encode(subscribe).decode())
                    async for text in socket:
                        if await self._hear(text, limit):
                            return True
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
            if code in (POLICY, OTHER_VERSION):
                raise RefusedError(
                    "incompatible_version" if code == OTHER_VERSION else "refused",
                    f"The server has closed the connection with {code} {closed.rcvd.reason if closed.rcvd else ''}.",
                ) from None
        except InvalidStatus as error:
            raise _refusal(error) from None
        except (OSError, TimeoutError, InvalidHandshake, MalformedError) as error:
            raise AttemptError(str(error) or "no answer in time") from None
        if time.monotonic() - opened >= settings.retries.cap_s:
            self._failures = 0  # it was a good connection; one that ends at once is no reason to hurry
        return False

    async def _hear(self, text: str | bytes, limit: asyncio.Timeout) -> bool:
        told = decode(text, Told)
        if told.repository != self._repository:
            return False
        match told.type:
            case "subscribed":
                limit.reschedule(None)
                self._connected = True
            case "resync":
                limit.reschedule(None)
                await self._listener.resync(told, msgspec.json.decode(text))
                self._since = max(self._since, told.number)
            case "event" if told.number > self._since:
                self._failures = 0
                self._since = told.number
                return self._listener.event(told, msgspec.json.decode(text))
        return False


def _refusal(error: InvalidStatus) -> AttemptError | RefusedError:
    status = error.response.status_code
    if repeatable(status):
        return AttemptError(f"it answered {status}", retry_after_s(error.response.headers.get("Retry-After")))
    name = "incompatible_version" if status == 426 else "refused"
    return RefusedError(name, f"The server refused the connection with {status}.")
