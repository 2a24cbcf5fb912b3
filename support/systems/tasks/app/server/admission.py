"""What is checked before anything is done for a request: the client's version, its name, and the rate limit."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from support.systems.tasks.app.server.answers import error_answer
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.rate_limit import RateLimit
from support.systems.tasks.app.server.request_reading import client_of

SUPPORTED = "1"
FREE = ("/health", "/health/live", "/metrics")
MCP = "/mcp"


class Admission:
    """Handlers find the client's name in `state.client`. MCP's tools count for themselves, each call as a request.

    WebSockets of another version are refused by a close code, which needs an open connection.
    """

    def __init__(self, app: ASGIApp, limit: RateLimit) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        path: str = scope["path"]
        if path in FREE:
            await self._app(scope, receive, send)
            return
        try:
            if scope["type"] == "http":
                check_version(connection.headers.get("Client-Version"))
            connection.state.client = client = client_of(connection)
            if path != MCP:
                await self._limit.count(client)
        except TaskError as error:
            await error_answer(connection, error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def check_version(given: str | None) -> None:
    """Raises `TaskError` 426."""
    if given is not None and given.partition(".")[0] != SUPPORTED:
        message = f"This server speaks version {SUPPORTED} with its clients. Please use a client of that version."
        raise TaskError(426, "incompatible_version", message, supported=SUPPORTED)
