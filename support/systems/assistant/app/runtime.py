"""All objects of the running service. A reload discards them and builds new ones; building them opens no connection."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.assistant.app.admin_breakers import AdminBreakers
from support.systems.assistant.app.admin_configuration import AdminConfiguration
from support.systems.assistant.app.admin_monitoring import AdminMonitoring
from support.systems.assistant.app.ai_service import AiService
from support.systems.assistant.app.answer_cache import AnswerCache
from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.audit import Audit
from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.configuration_store import ConfigurationStore, read_document
from support.systems.assistant.app.environment_detection import detect
from support.systems.assistant.app.events import Observers
from support.systems.assistant.app.health import HealthCheck
from support.systems.assistant.app.keys import KeyRing
from support.systems.assistant.app.layer_benchmarks import LayerBenchmarks
from support.systems.assistant.app.logs import log_event
from support.systems.assistant.app.model import BreakerState, Effective
from support.systems.assistant.app.monitoring import Monitoring
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.process import Process
from support.systems.assistant.app.rate_limit import RateLimit
from support.systems.assistant.app.redis_link import RedisLink
from support.systems.assistant.app.responses import json_response
from support.systems.assistant.app.settings import Settings
from support.systems.assistant.app.starting_configuration import Sources
from support.systems.assistant.app.tasks import Tasks
from support.systems.assistant.app.web import make_app

CHANGE_WITHIN_S = 1.0  # a change of the configuration that is in progress: the disk may be slow
FINISH_WITHIN_S = LAST_ANSWERS_WITHIN_S = CLIENTS_WITHIN_S = 0.3


class Runtime:
    """`app` answers HTTP requests. Raises `ConfigurationError` and `OSError` if it cannot be built."""

    def __init__(self, settings: Settings) -> None:
        self._started_at = datetime.now(UTC)
        observers = Observers()
        folder = Path(settings.data_dir)
        self._audit = Audit(folder)
        self._store = ConfigurationStore(_sources(settings), self._audit, observers)
        self._tasks = Tasks()
        self._link = RedisLink(settings.redis_url, settings.redis_timeout_s)
        self._service = AiService(settings)
        self._breakers = Breakers(self._link, observers)
        attempts = Attempts(self._service, self._breakers, self._tasks, observers)
        cache = AnswerCache(self._link, settings.cache_life_s, settings.ai_model)
        self._orchestrator = Orchestrator(attempts, cache, settings.cache_fresh_s, observers)
        detected = detect(settings.environment)
        self._health = HealthCheck(self._breakers, self._link, self._current, detected.environment)
        benchmarks = LayerBenchmarks(self._store, self._tasks).all()
        self._monitoring = Monitoring(
            folder, settings.alert_url, settings.history_every_s, self._current(), self._breaker_states, benchmarks
        )
        for observer in (self._audit, self._monitoring, self._health, log_event):
            observers.add(observer)
        rate_limit = RateLimit(self._link, settings.redis_url)
        routes = [
            Route("/v1/process", Process(self._orchestrator, rate_limit, self._current).answer, methods=["POST"]),
            Route("/health", self._show_health),
            Route("/health/live", self._show_live),
            Route("/health/ready", self._show_ready),
            *AdminBreakers(self._breakers, self._current).routes,
            *AdminConfiguration(self._store, self._audit, detected).routes,
            *AdminMonitoring(self._monitoring).routes,
        ]
        self.app = make_app(routes, KeyRing(settings.api_keys), KeyRing(settings.admin_keys))

    def start(self) -> None:
        """Start the background tasks; needs a running event loop."""
        self._monitoring.start()

    def interrupt(self) -> None:
        """Requests in progress, and those to come, are answered without the AI service."""
        self._orchestrator.interrupt()

    async def close(self) -> None:
        """Let requests in progress finish, then answer the others from the fallback; write what is not written yet; disconnect."""
        await self._until_idle(FINISH_WITHIN_S)
        self.interrupt()
        await self._until_idle(LAST_ANSWERS_WITHIN_S)
        await self._tasks.cancel(CLIENTS_WITHIN_S)
        await self._monitoring.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLIENTS_WITHIN_S):
                await asyncio.gather(self._service.close(), self._link.close(), return_exceptions=True)
        with suppress(TimeoutError):
            async with asyncio.timeout(CHANGE_WITHIN_S):
                await self._store.close()
        self._audit.close()

    async def _until_idle(self, within_s: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._orchestrator.idle()

    def _current(self) -> Effective:
        return self._store.current

    async def _breaker_states(self) -> Mapping[str, BreakerState]:
        found = await self._breakers.look(self._current().operations)
        return {operation: status.state for operation, status in found.items()}

    async def _show_health(self, _: Request) -> Response:
        return json_response(await self._health.check())

    async def _show_live(self, _: Request) -> Response:
        return json_response({"status": "alive", "started_at": self._started_at})

    async def _show_ready(self, _: Request) -> Response:
        """A dependency that fails does not count: people are answered all the same."""
        return json_response({"status": "ready"})


def check(settings: Settings) -> None:
    """Whether a runtime can be built by *settings*, as far as that can be told without building it. Raises as that does."""
    read_document(_sources(settings))


def _sources(settings: Settings) -> Sources:
    file = Path(settings.config_file) if settings.config_file else None
    return Sources(Path(settings.data_dir), file, settings.preset, settings.environment, settings.limits)
