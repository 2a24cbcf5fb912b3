"""All objects of the running server. A restart drops them and builds new ones."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp

from support.systems.tasks.app.server.core import Core
from support.systems.tasks.app.server.health import Health
from support.systems.tasks.app.server.http_api import HttpApi
from support.systems.tasks.app.server.logs import log_happening
from support.systems.tasks.app.server.mcp_tools import McpTools
from support.systems.tasks.app.server.metrics import Metrics
from support.systems.tasks.app.server.observing import Happening, Observer
from support.systems.tasks.app.server.overload import Places
from support.systems.tasks.app.server.rate_limit import RateLimit
from support.systems.tasks.app.server.settings import Settings
from support.systems.tasks.app.server.web import make_app
from support.systems.tasks.app.server.websocket import Subscribers

OpenCore = Callable[[Settings, Observer], AbstractAsyncContextManager[Core]]


@asynccontextmanager
async def running(settings: Settings, open_core: OpenCore, store_calls: Iterable[str]) -> AsyncIterator[ASGIApp]:
    """The application, with everything that it needs, until the `async with` is left. *store_calls* are named for metrics."""
    metrics = Metrics(store_calls)

    def observe(happening: Happening) -> None:
        metrics(happening)
        log_happening(happening)

    async with open_core(settings, observe) as core:
        limit, places = RateLimit(settings.per_minute), Places()
        subscribers = Subscribers(core, metrics.connections)
        health = Health(core, lambda: subscribers.number, datetime.now(UTC))
        routes: list[BaseRoute] = [
            *HttpApi(core, places).routes,
            *health.routes,
            Route("/metrics", metrics.show),
            WebSocketRoute("/ws", subscribers.serve),
        ]
        app = make_app(routes, McpTools(core, limit, places, settings.host), metrics, limit)
        async with app.router.lifespan_context(app):
            yield app
