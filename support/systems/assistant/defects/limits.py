"""Mistakes with bulkheads and rate limits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from limits import RateLimitItemPerMinute

from support.systems.assistant.app import process, rate_limit
from support.systems.assistant.app.bulkhead import Bulkhead, Bulkheads
from support.systems.assistant.app.model import Answer, BulkheadSettings, Kind, Source
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.rate_limit import RateLimit
from support.systems.assistant.app.redis_link import RedisAwayError
from support.systems.assistant.app.responses import ApiError
from support.systems.patched_variants import Patch, breaks

UNLIMITED = 1000
TOO_MANY_REQUESTS = 429
LONG_S = 30.0


@breaks("RES-BREAK-5")
def one_bulkhead_for_all_operations(patch: Patch) -> None:
    """All operations share the places: it is the same AI service."""
    sound = Bulkheads.of
    patch(Bulkheads, "of", lambda self, _operation: sound(self, "all"))


@breaks("RES-BREAK-5")
def no_bulkhead(patch: Patch) -> None:
    """Any number of requests is with the AI service at once."""
    _with_other_places(patch, concurrent=UNLIMITED)


@breaks("RES-BREAK-5")
def bulkhead_does_not_wait(patch: Patch) -> None:
    """Whoever finds no place is turned away at once."""
    _with_other_places(patch, wait_s=0.0)


@breaks("RES-BREAK-5")
def bulkhead_waits_for_the_deadline(patch: Patch) -> None:
    """Whoever finds no place waits for one as long as the request may take."""
    _with_other_places(patch, wait_s=LONG_S)


@breaks("RES-BREAK-5")
def bulkhead_refuses_people(patch: Patch) -> None:
    """Whoever finds no place gets an error, 503."""
    sound = Orchestrator.answer

    async def answer(self: Orchestrator, *request: Any) -> Answer:
        found = await sound(self, *request)
        if Kind.BULKHEAD_FULL in found.errors:
            raise ApiError(503, "busy", "Too many requests are in progress.")
        return found

    patch(Orchestrator, "answer", answer)


@breaks("RES-BREAK-5")
def bulkhead_forgets_stored_answers(patch: Patch) -> None:
    """Whoever finds no place gets a fallback answer, although there is a stored one."""
    sound = Orchestrator.answer

    async def answer(self: Orchestrator, *request: Any) -> Answer:
        found = await sound(self, *request)
        if Kind.BULKHEAD_FULL in found.errors:
            return replace(found, source=Source.FALLBACK, result="Please try again.", age_s=None, retry_after_s=1.0)
        return found

    patch(Orchestrator, "answer", answer)


@breaks("RES-BREAK-5")
def places_leak_on_failures(patch: Patch) -> None:
    """A request to which the AI service gave no answer keeps its place."""
    sound = Orchestrator._from_service

    async def from_service(self: Orchestrator, progress: Any) -> str | None:
        text = await sound(self, progress)
        if text is None and Kind.BULKHEAD_FULL not in progress.errors:
            self._bulkheads.of(progress.settings.name).taken += 1
        return text

    patch(Orchestrator, "_from_service", from_service)


@breaks("RES-BREAK-5")
def places_leak_on_exceptions(patch: Patch) -> None:
    """The place is given back after the call, and not when the call ends with an exception."""
    sound = Bulkhead.place

    @asynccontextmanager
    async def place(self: Bulkhead, settings: BulkheadSettings, wait_s: float) -> AsyncIterator[None]:
        async with sound(self, settings, wait_s):
            try:
                yield
            except BaseException:
                self.taken += 1
                raise

    patch(Bulkhead, "place", place)


@breaks("RES-CONC-1")
def rate_limit_of_each_instance(patch: Patch) -> None:
    """Each instance counts requests for itself."""
    sound = RateLimit.__init__

    def init(self: RateLimit, *arguments: Any) -> None:
        sound(self, *arguments)
        self._shared = self._own

    patch(RateLimit, "__init__", init)


@breaks("RES-CONC-1")
def rate_limit_for_all_keys_together(patch: Patch) -> None:
    """All keys share one limit."""
    sound = RateLimit.wait_s

    async def wait_s(self: RateLimit, _user: str, per_minute: int) -> int:
        return await sound(self, "all", per_minute)

    patch(RateLimit, "wait_s", wait_s)


@breaks("RES-CONC-1")
def no_rate_limit_without_redis(patch: Patch) -> None:
    """While Redis does not answer, nobody is limited."""

    async def wait_s(self: RateLimit, user: str, per_minute: int) -> int:
        try:
            limit = RateLimitItemPerMinute(per_minute)
            return await self._link.ask(lambda: rate_limit._hit(self._shared, limit, user))
        except RedisAwayError:
            return 0

    patch(RateLimit, "wait_s", wait_s)


@breaks("RES-CONC-1")
def rate_limit_is_looked_at_then_counted(patch: Patch) -> None:
    """Whether a request is allowed, and that it counts, are two commands to Redis."""
    sound = rate_limit._hit

    async def hit(limiter: Any, limit: RateLimitItemPerMinute, user: str) -> int:
        if await limiter.test(limit, user):
            await asyncio.sleep(0)
            await limiter.hit(limit, user)
            return 0
        return await sound(limiter, limit, user)

    patch(rate_limit, "_hit", hit)


@breaks("RES-CONC-1")
def asks_to_come_back_at_once(patch: Patch) -> None:
    """Whoever has used up the limit is asked to come back in a second."""
    _asks_to_come_back(patch, 1)


@breaks("RES-CONC-1")
def asks_to_come_back_in_two_minutes(patch: Patch) -> None:
    """Whoever has used up the limit is asked to wait longer than is needed."""
    _asks_to_come_back(patch, 120)


def _with_other_places(patch: Patch, **changes: Any) -> None:
    sound = Bulkhead.place

    def place(self: Bulkhead, settings: BulkheadSettings, wait_s: float) -> Any:
        return sound(self, replace(settings, **changes), changes.get("wait_s", wait_s))

    patch(Bulkhead, "place", place)


def _asks_to_come_back(patch: Patch, after_s: int) -> None:
    sound = process.Process.answer

    async def answer(self: process.Process, request: Any) -> Any:
        try:
            return await sound(self, request)
        except ApiError as error:
            if error.status == TOO_MANY_REQUESTS:
                error.headers = {"Retry-After": str(after_s)}
            raise

    patch(process.Process, "answer", answer)
