"""What all routes share: JSON answers, errors as answers, bodies of bounded size."""

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

LARGEST_BODY = 100_000
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
    """The body. Raises `ApiError` 413 for more than 100,000 bytes, as soon as that is known."""
    announced = request.headers.get("Content-Length", "0")
    if announced.isdigit() and len(announced) < 20 and int(announced) > LARGEST_BODY:
        raise _too_large()
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise _too_large()
    return body


def _too_large() -> ApiError:
    # the rest of the body is not read, so the connection cannot serve another request
    message = f"The body has more than {LARGEST_BODY:,} bytes."
    return ApiError(413, "too_large", message, headers={"Connection": "close"})
