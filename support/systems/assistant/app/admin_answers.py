"""Reading requests to the administration, and the form of its answers."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app.json_reading import (
    LARGEST_BYTES,
    TooDeepError,
    TooLargeError,
    UnreadableError,
    read_json,
)
from support.systems.assistant.app.mistakes import ConfigurationError, Mistake, mistake
from support.systems.assistant.app.text_checks import DEEPEST

JSON = "application/json"


class Refusal(Exception):  # noqa: N818 it is an answer, by which a handler ends
    """An answer other than a success."""

    def __init__(self, status: int, error: str, message: str, mistakes: tuple[Mistake, ...] = ()) -> None:
        super().__init__(message)
        self.status, self.error, self.message, self.mistakes = status, error, message, mistakes

    def answer(self, request: Request) -> Response:
        body: dict[str, object] = {
            "error": self.error,
            "message": self.message,
            "request_id": getattr(request.state, "request_id", ""),
        }
        if self.mistakes:
            body["errors"] = [wrong.told() for wrong in self.mistakes]
        return to_json(body, self.status)


def to_json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, JSON)


def invalid_configuration(error: ConfigurationError) -> Refusal:
    message = "The configuration was not applied. Correct what is named in errors."
    return Refusal(422, "invalid_configuration", message, error.mistakes)


def invalid_request(*mistakes: Mistake) -> Refusal:
    return Refusal(422, "invalid_request", "Correct what is named in errors.", mistakes)


async def read_object(request: Request) -> dict[str, Any]:
    """The body, which has to be a JSON object. Raises `Refusal`: 400, 413, or 422 if it is nested too deeply."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BYTES:
            break
    try:
        value = read_json(bytes(body))
    except TooLargeError as error:
        raise Refusal(413, "too_large", f"The body cannot be read: {error}.") from None
    except TooDeepError as error:
        wrong = mistake((), "an object", str(error), f"nest {DEEPEST} levels at most")
        raise invalid_configuration(ConfigurationError([wrong])) from None
    except UnreadableError as error:
        raise Refusal(400, "malformed_request", f"The body cannot be read: {error}.") from None
    if not isinstance(value, dict):
        raise Refusal(400, "malformed_request", "The body is no JSON object.")
    return value
