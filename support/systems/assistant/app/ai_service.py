"""The client of the AI service: one attempt, with a time limit over all of it. Nothing is repeated here."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

import httpx
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


_completion = msgspec.json.Decoder(_Completion)


class AiService:
    """Sends requests to `{ai_url}/chat/completions`. Opens no connection until the first one."""

    def __init__(self, settings: Settings) -> None:
        self._url = httpx.URL(f"{settings.ai_url}/chat/completions")
        self._model = settings.ai_model
        headers = {"Content-Type": "application/json"}
        if settings.ai_key:
            headers["Authorization"] = f"Bearer {settings.ai_key}"
        # how many calls there are at the same time is the bulkheads' business, how long one takes that of `complete`
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=200)
        self._client = httpx.AsyncClient(headers=headers, timeout=None, limits=limits, trust_env=False)  # noqa: S113

    async def close(self) -> None:
        await self._client.aclose()

    async def complete(self, work: Work, prompt: str, attempt: int, within_s: float) -> str:
        """The AI service's text. Raises `AttemptError`; when the time is over, the connection is closed."""
        body = msgspec.json.encode({"model": self._model, "messages": messages(work, prompt)})
        headers = {"X-Request-ID": work.request_id, "X-Operation": work.operation, "X-Attempt": str(attempt)}
        try:
            async with asyncio.timeout(within_s):
                response = await self._client.post(self._url, content=body, headers=headers)
        except TimeoutError:
            raise AttemptError(Kind.TIME_OUT) from None
        except httpx.DecodingError as error:
            raise AttemptError(Kind.MALFORMED) from error
        except httpx.HTTPError as error:
            raise AttemptError(Kind.CONNECTION) from error
        if response.status_code != httpx.codes.OK:
            wait_s = retry_after_s(response.headers.get("Retry-After"), datetime.now(UTC))
            raise AttemptError(kind_of_status(response.status_code), response.status_code, wait_s)
        return _content(response)


def messages(work: Work, prompt: str) -> list[Mapping[str, str]]:
    """The instruction and the text; a question follows the text."""
    question = work.options.get("question")
    content = f"{work.text}\n\nQuestion: {question}" if question else work.text
    return [{"role": "system", "content": prompt}, {"role": "user", "content": content}]


def _content(response: httpx.Response) -> str:
    try:
        return _completion.decode(response.content).choices[0].message.content
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise AttemptError(Kind.MALFORMED, response.status_code) from error
