"""What all routes share: JSON answers, errors as answers, bodies of bounded size."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app.json_reading import LARGEST_BYTES

LARGEST_DROPPED = 10_000_000
JSON = "application/json"


class ApiError(Exception):
    """Ends a request with an error that its sender can understand. *details* stand beside `error` and `message`."""

    def __init__(
        self,
        status: int,
        error: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        **details: object,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = error
        self.headers = headers
        self.details = details


def json_response(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, JSON)


def error_response(request: Request, error: ApiError) -> Response:
    body = {"error": error.error, "message": str(error), "request_id": request_id(request), **error.details}
    return json_response(body, error.status, error.headers)


def request_id(request: Request) -> str:
    identity: str = request.state.request_id
    return identity


async def read_body(request: Request) -> bytes:
    """The body. Raises `ApiError` 413 for more than 100,000 bytes.

    A body that is somewhat larger is read to its end, and dropped: a sender that is still writing would not see the answer.
    """
    body, size = b"", 0
    async for part in request.stream():
        size += len(part)
        if size <= LARGEST_BYTES:
            body += part
        if size > LARGEST_DROPPED:
            raise _too_large({"Connection": "close"})
    if size > LARGEST_BYTES:
        raise _too_large()
    return body


def _too_large(headers: Mapping[str, str] | None = None) -> ApiError:
    return ApiError(413, "too_large", f"The body has more than {LARGEST_BYTES:,} bytes.", headers=headers)
