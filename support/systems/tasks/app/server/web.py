"""The application: all protocols on one port, request ids, and errors as answers. What is inside is never shown."""

import re
import time
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from support.systems.tasks.app.server.admission import Admission
from support.systems.tasks.app.server.answers import error_answer
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.mcp_tools import McpTools
from support.systems.tasks.app.server.metrics import Metrics, route_of
from support.systems.tasks.app.server.rate_limit import RateLimit

REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
ERRORS = {
    404: ("not_found", "There is no such page."),
    405: ("method_not_allowed", "This page does not know that method; see Allow."),
}
log = structlog.get_logger()


def make_app(routes: Sequence[BaseRoute], tools: McpTools, metrics: Metrics, limit: RateLimit) -> Starlette:
    """The application; its lifespan has to run before it is asked, and may run once."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with tools.running():
            yield

    app = Starlette(
        routes=[*routes, *tools.routes],
        middleware=[Middleware(_Requests, metrics), Middleware(Admission, limit)],
        exception_handlers={TaskError: _task_error, HTTPException: _http_error, Exception: _internal_error},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return app


class _Requests:
    """Gives each request its id, its sender's if that is usable, and counts and logs it at its end."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("Request-Id", "")
        identity = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = identity
        structlog.contextvars.bind_contextvars(request_id=identity)
        began = time.monotonic()
        method, path = scope.get("method", "GET"), scope["path"]
        status = 500

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                MutableHeaders(scope=message)["Request-Id"] = identity
                status = int(message["status"])
            elif message["type"] == "websocket.accept":
                done(101)
            await send(message)

        def done(status: int) -> None:
            took_s = time.monotonic() - began
            self._metrics.request_done(path, method, status, took_s)
            log.info("request.done", route=route_of(path), method=method, status=status, took_s=round(took_s, 6))

        try:
            await self._app(scope, receive, send_with_id)
        finally:
            if scope["type"] == "http" or status != 500:
                done(status)
            structlog.contextvars.unbind_contextvars("request_id")


async def _task_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, TaskError)
    return error_answer(request, error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    name, message = ERRORS.get(error.status_code, ("malformed_request", "The request cannot be read."))
    return error_answer(request, TaskError(error.status_code, name, message), error.headers)


async def _internal_error(request: Request, error: Exception) -> Response:
    log.error("request.crashed", exc_info=error)
    message = "Something went wrong on our side. Please try again shortly."
    headers = {"Request-Id": request.state.request_id}  # this answer does not pass through `_Requests`
    return error_answer(request, TaskError(500, "internal", message), headers)
