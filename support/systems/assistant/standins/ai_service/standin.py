"""The AI service as its customers see it: `POST /v1/chat/completions`, as of OpenAI.

A good answer repeats what was asked, so that nobody can get another's unnoticed: the operation, a running number, and the
user's message. Errors are `{"error": {"message", "type"}}`.
"""

import hashlib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from support.standins.standin import PROBE_HEADER, StandIn
from support.systems.assistant.standins.ai_service.malformed import (
    EmptyText,
    ErrorInside,
    NoChoices,
    OtherShape,
    Unfinished,
    WrongType,
)

PATH = "/v1/chat/completions"
REPEATED = 200  # characters of a message that an answer repeats
PARTS = 4  # in which the body is sent


class AiServiceStandIn(StandIn):
    answers = (NoChoices, EmptyText, WrongType, Unfinished, OtherShape, ErrorInside)
    kept_headers = ("x-request-id", "x-operation", "x-attempt", "authorization", "content-type")

    def __init__(self, api_key: str, seed: int) -> None:
        super().__init__(seed)
        self._api_key = api_key
        self._numbers = itertools.count(1)

    def key(self, request: Request, _body: bytes) -> str | None:
        """Return the operation that the request is for."""
        return request.headers.get("X-Operation")

    async def respond(self, request: Request) -> Response:
        if request.scope["path"] != PATH:
            return self.error(404)
        if request.method != "POST":
            return self.error(405)
        if request.headers.get("Authorization") != f"Bearer {self._api_key}":
            return self.error(401)
        try:
            asked = msgspec.json.decode(await request.body())
            message = next(one["content"] for one in reversed(asked["messages"]) if one["role"] == "user")
            model = asked["model"]
        except (ValueError, KeyError, TypeError, StopIteration):
            return self.error(400)
        number = 0 if PROBE_HEADER in request.headers else next(self._numbers)
        return _completion(number, str(model), _answer(self.key(request, b"") or "", number, str(message)))

    def error(self, status: int, headers: Mapping[str, str] | None = None) -> Response:
        said = {"error": {"message": f"the request ended with {status}", "type": "error"}}
        return Response(msgspec.json.encode(said), status, headers, "application/json")


def _answer(operation: str, number: int, message: str) -> str:
    digest = hashlib.sha256(message.encode()).hexdigest()[:12]
    return f"{operation} {number} [{digest}]: {message[:REPEATED]}"


def _completion(number: int, model: str, content: str) -> Response:
    """The answer in the form of the service, in PARTS, so that it can be cut between them."""
    answer: dict[str, Any] = {
        "id": f"chatcmpl-{number}",
        "object": "chat.completion",
        "model": model,
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"},
        ],
    }
    body = msgspec.json.encode(answer)
    return StreamingResponse(_parts(body), headers={"Content-Length": str(len(body))}, media_type="application/json")


def _parts(body: bytes) -> Iterator[bytes]:
    size = -(-len(body) // PARTS)
    yield from (body[start : start + size] for start in range(0, len(body), size))
