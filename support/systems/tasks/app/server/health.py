"""`/health`: how the server and its store are, as of the last contact. Nothing is called for it."""

from collections.abc import Callable
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.tasks.app.server.answers import json_answer
from support.systems.tasks.app.server.core import Core
from support.systems.tasks.app.server.observing import BreakerState


class Health:
    """*connections* counts the open WebSockets."""

    def __init__(self, core: Core, connections: Callable[[], int], started_at: datetime) -> None:
        self._core = core
        self._connections = connections
        self._started_at = started_at.isoformat(timespec="microseconds")

    @property
    def routes(self) -> list[Route]:
        return [Route("/health", self._show), Route("/health/live", self._show_live)]

    async def _show(self, _: Request) -> Response:
        status = self._core.status()
        well = status.store != "down" and status.breaker is BreakerState.CLOSED
        retry_after = None if status.retry_after_s is None else round(status.retry_after_s, 3)
        breaker = {"state": status.breaker, "failures": status.failures, "retry_after_seconds": retry_after}
        body = {
            "status": "healthy" if well else "degraded",
            "store": status.store,
            "breaker": breaker,
            "connections": self._connections(),
            "started_at": self._started_at,
        }
        return json_answer(body)

    async def _show_live(self, _: Request) -> Response:
        return json_answer({"started_at": self._started_at})
