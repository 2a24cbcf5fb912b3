"""What is measured: the layer's own work, with an AI service that answers at once, and in memory, as when Redis does not answer.

So the figures do not depend on what else the machine and the network do. Nothing of it is counted, alerted or recorded.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

import msgspec

from support.systems.assistant.app.answer_cache import AnswerCache
from support.systems.assistant.app.attempts import Attempts
from support.systems.assistant.app.benchmarks import Benchmark, Sample, each, extra
from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.breaker_model import Outcome
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.events import AttemptEnded, Observers, RequestEnded
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.json_reading import read_json
from support.systems.assistant.app.metrics import Metrics
from support.systems.assistant.app.model import Kind, OperationSettings, RetrySettings, Source, Work
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.presets import PRESETS
from support.systems.assistant.app.progress import Progress
from support.systems.assistant.app.redis_link import RedisAwayError, RedisLink, Result
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.tasks import Tasks

OPERATION = "benchmark"
NOBODY = Observers()
NEVER_FRESH = -1.0
REPEAT = 20  # what takes microseconds
LEASE_S = 1.0
AT_ONCE = RetrySettings(2, 0.0, 0.0, 0.0, 5.0, 10.0)
WORK = Work("benchmark", "benchmark", OPERATION, "A text of the length that people usually send. " * 20)


class _Instant:
    """An AI service that answers at once, after failing the first *failures* attempts of a request."""

    def __init__(self, failures: int = 0) -> None:
        self._failures = failures

    async def complete(self, _work: Work, _prompt: str, attempt: int, _within_s: float) -> str:
        if attempt <= self._failures:
            raise AttemptError(Kind.SERVER_ERROR, 500)
        return "An answer."


class _NoRedis(RedisLink):
    def __init__(self) -> None:
        super().__init__("redis://", 1.0)

    async def ask(self, _command: Callable[[], Awaitable[Result]]) -> Result:
        raise RedisAwayError


class LayerBenchmarks:
    """Measures under the configuration in force in *store*."""

    def __init__(self, store: ConfigurationStore, tasks: Tasks) -> None:
        self._store = store
        self._tasks = tasks
        self._link = _NoRedis()
        self._breakers = Breakers(self._link, NOBODY)
        self._presets = {name: resolve({}, name, store.limits, version=0) for name in PRESETS}

    def all(self) -> list[Benchmark]:
        return [
            Benchmark("configuration_load", self._configuration_load),
            Benchmark("validation", self._validation),
            Benchmark("metrics_overhead", _metrics_overhead()),
            Benchmark("breaker_overhead", self._breaker_overhead),
            Benchmark("retry_overhead", self._retry_overhead),
            Benchmark("request_overhead", self._request_overhead),
            *(Benchmark(f"request_overhead_{preset}", partial(self._request_overhead, preset)) for preset in PRESETS),
        ]

    async def _configuration_load(self) -> float:
        text, preset, limits = msgspec.json.encode(self._store.document), self._store.current.preset, self._store.limits

        def load() -> None:
            resolve(self._store.check(read_json(text)).valid(), preset, limits, version=0)

        return await each(load)()

    async def _validation(self) -> float:
        return await each(partial(self._store.check, self._store.document))()

    async def _breaker_overhead(self) -> float:
        breaker, settings = self._breakers.of(OPERATION), self._operation().breaker

        async def guarded() -> None:
            permit = await breaker.admit(settings, LEASE_S)
            await breaker.report(permit, settings, Outcome.SUCCESS, "")

        return await extra(_nothing, guarded, REPEAT)()

    async def _retry_overhead(self) -> float:
        once, twice = self._attempts(_Instant()), self._attempts(_Instant(failures=1))
        settings = replace(self._operation(), retry=AT_ONCE)
        return await extra(lambda: once.run(Progress(WORK, settings)), lambda: twice.run(Progress(WORK, settings)))()

    async def _request_overhead(self, preset: str = "") -> float:
        """Against a call of the AI service alone."""
        settings, service = self._operation(preset), _Instant()
        cache = AnswerCache(self._link, 1.0, "benchmark")
        layer = Orchestrator(self._attempts(service), cache, NEVER_FRESH, NOBODY)
        return await extra(lambda: service.complete(WORK, "", 1, 1.0), lambda: layer.answer(WORK, settings))()

    def _attempts(self, service: _Instant) -> Attempts:
        return Attempts(service, self._breakers, self._tasks, NOBODY)

    def _operation(self, preset: str = "") -> OperationSettings:
        """The settings of an operation under *preset*, or in force."""
        effective = self._presets.get(preset, self._store.current)
        settings = next(iter(effective.operations.values()))
        breaker = replace(settings.breaker, failures=20, minimum_calls=20)  # the failures that we make open nothing
        return replace(settings, name=OPERATION, breaker=breaker)


def _metrics_overhead() -> Sample:
    """Of one request with one attempt."""
    metrics = Metrics([OPERATION])
    attempt, request = AttemptEnded(WORK, 1, 0.1), RequestEnded(WORK, Source.LIVE, 0.1, 1)

    def count() -> None:
        metrics(attempt)
        metrics(request)

    return each(count, REPEAT)


async def _nothing() -> None:
    pass
