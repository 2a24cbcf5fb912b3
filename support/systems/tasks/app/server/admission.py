"""What is checked before anything is done for a request: the client's version, its name, the rate limit, and a place."""

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from support.systems.tasks.app.server.answers import error_answer
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.overload import Places
from support.systems.tasks.app.server.rate_limit import RateLimit
from support.systems.tasks.app.server.request_reading import client_of

SUPPORTED = "1"
FREE = ("/health", "/health/live", "/metrics")
MCP = "/mcp"


class Admission:
    """Handlers find the client's name in `state.client`. MCP's tools count for themselves, a call as a request.

    WebSockets take no place: they would hold it for hours. Theirs is refused by a close code if the version is wrong.
    """

    def __init__(self, app: ASGIApp, limit: RateLimit, places: Places) -> None:
        self._app = app
        self._limit = limit
        self._places = places

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        path: str = scope["path"]
        try:
            if path in FREE:
                await self._app(scope, receive, send)
                return
            http = scope["type"] == "http"
            if http:
                check_version(connection.headers.get("Client-Version"))
            client = client_of(connection)
            connection.state.client = client
            if path != MCP:
                await self._limit.count(client)
            if http and path != MCP:
                async with self._places.place():
                    await self._app(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        except TaskError as error:
            await error_answer(connection, error)(scope, receive, send)


def check_version(given: str | None) -> None:
    """Raises `TaskError` 426."""
    if given is not None and given.partition(".")[0] != SUPPORTED:
        message = f"This server speaks version {SUPPORTED} with its clients. Please use a client of that version."
        raise TaskError(426, "incompatible_version", message, supported=SUPPORTED)
