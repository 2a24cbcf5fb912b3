"""One client of the server's HTTP interface: few connections, used again, and each request tried as often as it may be."""

import asyncio
import itertools
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from support.systems.tasks.app.client.errors import RefusedError, UnreachableError
from support.systems.tasks.app.client.messages import MalformedError
from support.systems.tasks.app.client.retry import AttemptError, Backoff, repeatable, retry_after_s
from support.systems.tasks.app.client.settings import Retries, Settings

Answer = TypeVar("Answer")

CLIENT_VERSION = "1.0"


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    body: Any = None


class HttpClient:
    """Keeps at most `TASKS_CONNECTIONS` connections open. To be closed after use."""

    def __init__(self, settings: Settings, client_id: str) -> None:
        most = settings.connections
        self._slots = asyncio.Semaphore(most)
        self._http = httpx.AsyncClient(
            base_url=settings.server,
            headers={"Client-Version": CLIENT_VERSION, "Client-Id": client_id},
            limits=httpx.Limits(max_connections=most, max_keepalive_connections=most),
            timeout=httpx.Timeout(None),  # an attempt is limited as a whole
            trust_env=False,
        )
        self._server = settings.server

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def send(self, request: Request, read: Callable[[bytes], Answer], retries: Retries) -> Answer:
        """The first answer that *read* accepts. Every attempt is the same but for its number.

        *read* raises `MalformedError` for what is no answer. Raises `RefusedError`, `UnreachableError`.
        """
        async with self._slots:  # who waits here uses up no time of its attempts
            return await self._attempts(request, read, retries)

    async def _attempts(self, request: Request, read: Callable[[bytes], Answer], retries: Retries) -> Answer:
        backoff = Backoff(retries)
        ends = time.monotonic() + retries.deadline_s
        headers = {"Idempotency-Key": uuid.uuid4().hex, "Request-Id": uuid.uuid4().hex}
        for attempt in itertools.count(1):
            limit_s = min(retries.attempt_timeout_s, ends - time.monotonic())
            try:
                return read(await self._attempt(request, headers | {"Attempt": str(attempt)}, limit_s))
            except MalformedError:
                failure = AttemptError("its answer is not what it should be")
            except AttemptError as error:
                failure = error
            wait_s = backoff.wait_s(attempt, failure.retry_after_s)
            if attempt >= retries.attempts or time.monotonic() + wait_s >= ends:
                raise UnreachableError(_sentence(self._server, failure, attempt))
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable")

    async def _attempt(self, request: Request, headers: dict[str, str], limit_s: float) -> bytes:
        """The body of an answer 2xx. Raises `RefusedError`, `AttemptError`."""
        content = None if request.body is None else json.dumps(request.body, ensure_ascii=False).encode()
        if content is not None:
            headers = headers | {"Content-Type": "application/json"}
        try:
            async with asyncio.timeout(limit_s):
                answer = await self._http.request(request.method, request.path, content=content, headers=headers)
        except TimeoutError:
            raise AttemptError(f"no answer within {limit_s:.3g} s") from None
        except httpx.RequestError as error:
            raise AttemptError(_reason(error)) from None
        if answer.is_success:
            return answer.content
        told = _told(answer)
        if repeatable(answer.status_code):
            raise AttemptError(
                f"it answered {answer.status_code} {told[0]}".rstrip(), retry_after_s(answer.headers.get("Retry-After"))
            )
        raise RefusedError(told[0] or "refused", told[1] or f"The server answered {answer.status_code}.")


def _reason(error: httpx.RequestError) -> str:
    return "it cannot be connected to" if isinstance(error, httpx.ConnectError) else "its connection was lost"


def _sentence(server: str, failure: AttemptError, attempts: int) -> str:
    tried = f"; tried {attempts} times" if attempts > 1 else ""
    asked = f"; it asks to wait {failure.retry_after_s:g} s" if failure.retry_after_s else ""
    return f"The server at {server} cannot be reached: {failure.reason}{tried}{asked}."


def _told(answer: httpx.Response) -> tuple[str, str]:
    """The name of an error, and its message, as far as the answer has them."""
    try:
        body = answer.json()
    except ValueError:
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    error, message = body.get("error"), body.get("message")
    return error if isinstance(error, str) else "", message if isinstance(message, str) else ""
