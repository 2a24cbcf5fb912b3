"""The HTTP interface around all routes: keys, request ids, errors as answers. What is inside is never shown."""

import re
import uuid
from collections.abc import Sequence

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support.systems.assistant.app.keys import KeyRing
from support.systems.assistant.app.responses import ApiError, error_response

ADMINISTRATION, USERS = "/v1/admin/", "/v1/"
log = structlog.get_logger()
REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
NAMES_OF_ERRORS = {404: "not_found", 405: "method_not_allowed"}


def make_app(routes: Sequence[BaseRoute], users: KeyRing, administrators: KeyRing) -> Starlette:
    """The application. Handlers find `request_id` and `who` (the name of the key) in `request.state`."""
    return Starlette(
        routes=routes,
        middleware=[Middleware(_RequestIds), Middleware(_Keys, users, administrators)],
        exception_handlers={ApiError: _api_error, HTTPException: _http_error, Exception: _internal_error},
    )


class _RequestIds:
    """Gives each request an identity, its sender's if that is usable; it is in every answer and every line of the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-ID", "")
        identity = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = identity

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = identity
            await send(message)

        structlog.contextvars.bind_contextvars(request_id=identity)
        try:
            await self._app(scope, receive, send_with_id)
        finally:
            structlog.contextvars.unbind_contextvars("request_id", "operation")


class _Keys:
    """Demands a key for everything under `/v1/`: an administrator's for the administration, a user's for the rest."""

    def __init__(self, app: ASGIApp, users: KeyRing, administrators: KeyRing) -> None:
        self._app = app
        self._users = users
        self._administrators = administrators

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith(USERS):
            keys = self._administrators if scope["path"].startswith(ADMINISTRATION) else self._users
            owner = keys.owner(Headers(scope=scope).get("X-API-Key", ""))
            if owner is None:
                error = ApiError(401, "unauthorized", "The header X-API-Key is missing, or its key is not valid here.")
                await error_response(Request(scope), error)(scope, receive, send)
                return
            scope["state"]["who"] = owner
        await self._app(scope, receive, send)


async def _api_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return error_response(request, error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name = NAMES_OF_ERRORS.get(error.status_code, "error")
    return error_response(request, ApiError(error.status_code, name, error.detail, headers=error.headers))


async def _internal_error(request: Request, error: Exception) -> Response:
    # neither this line nor this answer passes through `_RequestIds`
    log.error("request.crashed", request_id=request.state.request_id, exc_info=error)
    headers = {"X-Request-ID": request.state.request_id}
    message = "Something went wrong on our side. Please try again shortly."
    return error_response(request, ApiError(500, "internal", message, headers=headers))
