"""Mistakes that cost time: for each request, for each change, or when many come at once."""

import asyncio
import time
from collections import deque
from statistics import quantiles
from typing import Any

from support.systems.assistant.app import configuration_store, validation
from support.systems.assistant.app.events import Event
from support.systems.assistant.app.metrics import Metrics
from support.systems.assistant.app.monitoring import Monitoring
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.patched_variants import Patch, breaks

_count, _answer = Metrics.__call__, Orchestrator.answer


@breaks("RES-PERF-1")
def checks_each_operation_against_all(patch: Patch) -> None:
    """The configuration is checked as a whole once more for each of its operations."""
    sound = validation.check

    def check(raw: Any, *more: Any) -> Any:
        for _ in raw.get("operations", {}) if isinstance(raw, dict) else ():
            sound(raw, *more)
        return sound(raw, *more)

    patch(configuration_store, "check", check)


@breaks("RES-PERF-2", spills=("RES-PERF-5", "RES-PERF-6"))
def calculates_percentiles_with_each_count(patch: Patch) -> None:
    """The times of the last requests are sorted whenever one is added, so that their percentiles are ready when somebody asks."""
    times = deque((number * 7919 % 3000 for number in range(3000)), 3000)

    def count(self: Metrics, event: Event) -> None:
        _count(self, event)
        times.rotate(997)
        quantiles(sorted(times), n=100)

    patch(Metrics, "__call__", count)


@breaks("RES-PERF-2")
def stops_the_world_for_the_page(patch: Patch) -> None:
    """Everything waits while the page of metrics is made, which takes a while with this many series."""

    async def exposition(self: Monitoring) -> bytes:
        states = await self._states()
        time.sleep(0.15)  # noqa: ASYNC251 - that is the mistake
        return self.metrics.exposition(states)

    patch(Monitoring, "exposition", exposition)


@breaks("RES-PERF-5", spills=("RES-PERF-6", "RES-PIPE-3"))
def waits_a_moment_before_each_request(patch: Patch) -> None:
    """A pause, once meant to spread load, is made for every request."""

    async def answer(self: Orchestrator, *arguments: Any) -> Any:
        await asyncio.sleep(0.15)
        return await _answer(self, *arguments)

    patch(Orchestrator, "answer", answer)


@breaks("RES-PERF-6", spills=("RES-PIPE-5", "RES-PIPE-6", "RES-METRIC-5", "RES-CONC-1"))
def one_request_after_the_other(patch: Patch) -> None:
    """A lock around the whole of a request: two people are never served at the same time."""
    locks: list[asyncio.Lock] = []

    async def answer(self: Orchestrator, *arguments: Any) -> Any:
        if not locks:
            locks.append(asyncio.Lock())
        async with locks[0]:
            await asyncio.sleep(0.04)
            return await _answer(self, *arguments)

    patch(Orchestrator, "answer", answer)
