"""The client of the AI service: one attempt, with a time limit over all of it. Nothing is repeated here."""

import asyncio
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import Annotated, Literal

import aiohttp
import msgspec
from msgspec import Meta

from support.systems.assistant.app.failures import AttemptError, kind_of_status, retry_after_s
from support.systems.assistant.app.model import Kind, Work
from support.systems.assistant.app.settings import Settings


class _Message(msgspec.Struct):
    content: Annotated[str, Meta(min_length=1)]


class _Choice(msgspec.Struct):
    message: _Message
    finish_reason: Literal["stop", "length"]


class _Completion(msgspec.Struct):
    choices: Annotated[list[_Choice], Meta(min_length=1)]


OK = 200
LARGEST_ANSWER = 1_000_000  # bytes
_completion = msgspec.json.Decoder(_Completion)


class AiService:
    """Sends requests to `{ai_url}/chat/completions`. Needs a running event loop; opens no connection until the first request."""

    def __init__(self, settings: Settings) -> None:
        self._url = f"{settings.ai_url}/chat/completions"
        self._model = settings.ai_model
        # answers are small, so compressing them would cost more than it saves
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if settings.ai_key:
            headers["Authorization"] = f"Bearer {settings.ai_key}"
        # how many calls there are at the same time is the bulkheads' business, how long one takes that of `complete`
        self._client = aiohttp.ClientSession(
            headers=headers,
            connector=aiohttp.TCPConnector(limit=0),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def close(self) -> None:
        await self._client.close()

    async def complete(self, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        """The AI service's text. Raises `AttemptError`; when the time is over, the connection is closed."""
        body = msgspec.json.encode({"model": self._model, "messages": messages(work, prompt)})
        headers = {"X-Request-ID": work.request_id, "X-Operation": work.operation, "X-Attempt": str(attempt)}
        try:
            async with asyncio.timeout(within_s), self._post(body, headers) as response:
                content = await _read(response)
        except TimeoutError:
            raise AttemptError(Kind.TIME_OUT) from None
        except aiohttp.ClientError as error:
            raise AttemptError(Kind.CONNECTION) from error
        if response.status != OK:
            wait_s = retry_after_s(response.headers.get("Retry-After"), datetime.now(UTC))
            raise AttemptError(kind_of_status(response.status), response.status, wait_s)
        return _text(content)

    def _post(self, body: bytes, headers: Mapping[str, str]) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        return self._client.post(self._url, data=body, headers=headers, allow_redirects=False)


def messages(work: Work, prompt: str) -> list[Mapping[str, str]]:
    """The instruction and the text; a question follows the text."""
    question = work.options.get("question")
    content = f"{work.text}\n\nQuestion: {question}" if question else work.text
    return [{"role": "system", "content": prompt}, {"role": "user", "content": content}]


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """The body; of one that is larger than LARGEST_ANSWER a part that is, too: the rest is not read."""
    content = bytearray()
    async for part in response.content.iter_any():
        content += part
        if len(content) > LARGEST_ANSWER:
            break
    return bytes(content)


def _text(content: bytes) -> str:
    if len(content) > LARGEST_ANSWER:
        raise AttemptError(Kind.MALFORMED, OK)
    try:
        return _completion.decode(content).choices[0].message.content
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AttemptError(Kind.MALFORMED, OK) from error
