"""Mistakes with breakers that instances share, that outlive a restart, and that go on without Redis."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from redis.exceptions import OutOfMemoryError

from support.systems.assistant.app import redis_link
from support.systems.assistant.app.answer_cache import AnswerCache
from support.systems.assistant.app.breaker import Breaker
from support.systems.assistant.app.breaker_memory import BreakerMemory
from support.systems.assistant.app.breaker_model import Command, Look, Outcome, Permit, Reply, Snapshot
from support.systems.assistant.app.model import BreakerSettings, BreakerState, Work
from support.systems.assistant.app.redis_link import RedisAwayError, RedisLink
from support.systems.assistant.defects.scripted import rewritten
from support.systems.patched_variants import Patch, breaks

NEVER = 1000  # failures
LONG_S = 12.0  # longer than people wait


@breaks("RES-BREAK-4", "RES-CONC-1", spills=("RES-BREAK-1", "RES-BREAK-2"))
def breakers_of_each_process(patch: Patch) -> None:
    """Breakers are kept in memory only."""

    async def in_redis(_self: Breaker, _command: Command) -> Reply:
        raise RedisAwayError

    patch(Breaker, "_in_redis", in_redis)


@breaks("RES-CONC-1", "RES-BREAK-4", spills=("RES-BREAK-1", "RES-BREAK-2"))
def counts_only_its_own_failures(patch: Patch) -> None:
    """The state is shared, and each instance counts failures for itself, in memory."""
    sound, own = Breaker.report, dict[Breaker, int]()

    async def report(self: Breaker, permit: Permit, settings: BreakerSettings, outcome: Outcome, cause: str) -> Any:
        if outcome is not Outcome.NEITHER:
            own[self] = own.get(self, 0) + 1 if outcome is Outcome.FAILURE else 0
        enough = own.get(self, 0) >= settings.failures
        counted = replace(settings, failures=1 if enough else NEVER, minimum_calls=1)
        return await sound(self, permit, counted, outcome, cause)

    patch(Breaker, "report", report)


@breaks("RES-BREAK-4")
def starts_with_closed_breakers(patch: Patch) -> None:
    """A new process closes its breakers, so that people are served at once."""
    _at_first_use(patch, lambda breaker, _: breaker.reset(""))


@breaks("RES-BREAK-4")
def starts_with_tested_breakers(patch: Patch) -> None:
    """A new process takes a half-open breaker for one that has been left over, and closes it."""

    async def close(breaker: Breaker, now: Snapshot) -> None:
        if now.state is BreakerState.HALF_OPEN:
            await breaker.reset("")

    _at_first_use(patch, close)


@breaks("RES-BREAK-4", spills=("RES-PERF-3",))
def forgets_successful_tests(patch: Patch) -> None:
    """A new process tests the AI service from the beginning."""

    async def forget(breaker: Breaker, _now: Snapshot) -> None:
        await breaker._link.ask(lambda: breaker._link.redis.hset(breaker._keys[0], "wins", "0"))

    _at_first_use(patch, forget)


@breaks("RES-BREAK-4")
def lets_everybody_through_without_redis(patch: Patch) -> None:
    """While Redis does not answer, every call is allowed."""
    sound = Breaker._run

    async def run(self: Breaker, command: Command, *more: Any, **named: Any) -> Reply:
        try:
            await self._link.ask(self._link.redis.ping)
        except RedisAwayError:
            self._memory = BreakerMemory()
        return await sound(self, command, *more, **named)

    patch(Breaker, "_run", run)


@breaks("RES-BREAK-4")
def never_writes_back(patch: Patch) -> None:
    """What Redis holds is always right, also when it has lost everything."""
    rewritten(patch, "if known_is_later then", "if false then")
    patch(BreakerMemory, "learn", _always_learn)


@breaks("RES-PIPE-6")
def asks_redis_each_time(patch: Patch) -> None:
    """Every request tries Redis anew, and waits for its time-outs."""
    patch(RedisLink, "_check", lambda _self: None)


@breaks("RES-PIPE-6", "RES-BREAK-2", spills=("RES-CONC-1",))
def redis_may_take_its_time(patch: Patch) -> None:
    """The time-out of Redis calls is the driver's own."""
    sound = RedisLink.__init__

    def init(self: RedisLink, url: str, _timeout_s: float, *more: Any) -> None:
        sound(self, url, LONG_S, *more)

    patch(RedisLink, "__init__", init)


@breaks("RES-PIPE-6", spills=("RES-BREAK-4", "RES-CONC-1"))
def needs_redis_to_store_answers(patch: Patch) -> None:
    """An answer that cannot be stored is not given."""
    sound = AnswerCache.store

    async def store(self: AnswerCache, work: Work, prompt: str, result: str) -> None:
        await sound(self, work, prompt, result)
        await self._link.ask(self._link.redis.ping)

    patch(AnswerCache, "store", store)


@breaks("RES-PIPE-6")
def expects_only_lost_connections(patch: Patch) -> None:
    """A Redis that answers with an error is no Redis that is away, so an answer that it refuses to store is not given."""
    sound = AnswerCache.store

    async def store(self: AnswerCache, work: Work, prompt: str, result: str) -> None:
        await sound(self, work, prompt, result)
        try:
            await self._link.ask(lambda: self._link.redis.set("assistant:answer:last", work.operation))
        except RedisAwayError as away:
            if isinstance(away.__cause__, OutOfMemoryError):
                raise away.__cause__ from None

    patch(AnswerCache, "store", store)


@breaks("RES-PIPE-6", "RES-BREAK-2")
def gives_up_on_redis_for_good(patch: Patch) -> None:
    """After a failure Redis is asked again in an hour."""
    patch(redis_link, "ASK_AGAIN_AFTER_S", 3600.0)


def _at_first_use(patch: Patch, do: Callable[[Breaker, Snapshot], Awaitable[object]]) -> None:
    """Have a process *do* something with each breaker before it first uses it; it is told what Redis has."""
    sound, used = Breaker._run, set[str]()

    async def run(self: Breaker, command: Command, *more: Any, **named: Any) -> Reply:
        if self._operation not in used:
            used.add(self._operation)
            await do(self, (await sound(self, Look())).after)
        return await sound(self, command, *more, **named)

    patch(Breaker, "_run", run)


def _always_learn(self: BreakerMemory, _command: Command, reply: Reply) -> None:
    after = reply.after
    self._epoch, self._state, self._failures, self._counted = after.epoch, after.state, after.failures, after.counted
    self._until, self._forced, self._wins = self._clock() + after.left_s, after.forced, after.wins
