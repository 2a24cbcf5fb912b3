"""How a request is answered: the order of the sources, what is counted, and what interrupts it. Redis is real."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from support.systems.assistant.app.answer_cache import AnswerCache
from support.systems.assistant.app.attempts import Attempts, ContentRejectedError
from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.breaker_model import Outcome
from support.systems.assistant.app.events import AttemptEnded, NotPermitted, RequestEnded, ServiceRefusesUs
from support.systems.assistant.app.failures import AttemptError
from support.systems.assistant.app.model import (
    BreakerSettings,
    BreakerState,
    BulkheadSettings,
    Kind,
    OperationSettings,
    RetrySettings,
    Source,
    Work,
)
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.redis_link import RedisLink
from support.systems.assistant.app.tasks import Tasks

RETRY = RetrySettings(3, 0.0, 0.0, 0.0, attempt_timeout_s=30.0, deadline_s=60.0)
BREAKER = BreakerSettings(failures=5, open_s=300.0, probes=2, minimum_calls=5, slow_call_s=30.0)
SETTINGS = OperationSettings("qa", "balanced", "Answer.", RETRY, BREAKER, BulkheadSettings(50, 30.0))
REFUSES, DOWN = AttemptError(Kind.MISCONFIGURED, 401), AttemptError(Kind.SERVER_ERROR, 503)
HANGS = None


class AiService:
    """Answers by script: a text, an error, or nothing at all. After the script it answers well."""

    def __init__(self, *script):
        self._script = list(script)
        self.calls = []
        self.reached = asyncio.Event()

    async def complete(self, work, _prompt, attempt, within_s):
        self.calls.append((work.text, attempt))
        self.reached.set()
        now = self._script.pop(0) if self._script else f"Answer to {work.text}"
        if now is HANGS:
            await asyncio.sleep(within_s)
            raise AttemptError(Kind.TIME_OUT)
        if isinstance(now, Exception):
            raise now
        return now


class Layer:
    """An instance, without its HTTP side."""

    def __init__(self, url, script, fresh_s):
        self.events = []
        self.link = RedisLink(url, 5.0)
        self.tasks = Tasks()
        self.service = AiService(*script)
        self.breakers = Breakers(self.link, self.events.append)
        attempts = Attempts(self.service, self.breakers, self.tasks, self.events.append)
        cache = AnswerCache(self.link, 3600.0, "model")
        self.orchestrator = Orchestrator(attempts, cache, fresh_s, self.events.append)

    def ask(self, text="a text", settings=SETTINGS):
        work = Work("r-1", "ana", settings.name, text, {"question": "Why?"})
        return self.orchestrator.answer(work, settings)

    def told(self, kind):
        return [event for event in self.events if isinstance(event, kind)]


@pytest.fixture
def layer(redis_url):
    @asynccontextmanager
    async def made(*script, fresh_s=3600.0):
        layer = Layer(redis_url, script, fresh_s)
        try:
            yield layer
        finally:
            await layer.link.close()

    return made


def outcome(answer):
    return answer.source, answer.attempts, list(answer.errors)


def test_a_fresh_stored_answer_needs_no_call(layer):
    async def scenario():
        async with layer() as it:
            assert outcome(await it.ask()) == (Source.LIVE, 1, [])
            again = await it.ask()
            assert outcome(again) == (Source.CACHED, 0, [])
            assert again.result == "Answer to a text"
            assert len(it.service.calls) == 1

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "damage",
    [
        lambda redis, key: redis.set(key, b"no JSON"),
        lambda redis, key: redis.set(key, b'{"result": "\xff", "at": 1}'),
        lambda redis, key: redis.set(key, b'{"result": "", "at": 1e300}'),
        lambda redis, key: (redis.delete(key), redis.rpush(key, "a list")),
    ],
)
def test_a_damaged_stored_answer_is_not_given_and_replaced(layer, redis_server, damage):
    async def scenario():
        async with layer() as it:
            await it.ask()
            damage(redis_server, redis_server.keys("assistant:answer:qa:*")[0])
            assert outcome(await it.ask()) == (Source.LIVE, 1, [])
            assert outcome(await it.ask()) == (Source.CACHED, 0, [])

    asyncio.run(scenario())


def test_an_old_stored_answer_is_better_than_a_fallback(layer):
    async def scenario():
        async with layer("first", *[DOWN] * 3, fresh_s=-1.0) as it:
            await it.ask()
            answer = await it.ask()
            assert outcome(answer) == (Source.CACHED, 3, [Kind.SERVER_ERROR] * 3)
            assert answer.result == "first"

    asyncio.run(scenario())


def test_a_fallback_is_made_once_and_never_stored(layer):
    async def scenario():
        async with layer(*[DOWN] * 3) as it:
            assert outcome(await it.ask()) == (Source.FALLBACK, 3, [Kind.SERVER_ERROR] * 3)
            assert outcome(await it.ask()) == (Source.LIVE, 1, [])
            assert [attempt for _, attempt in it.service.calls] == [1, 2, 3, 1]
            decisions = [event.decision for event in it.told(AttemptEnded)]
            assert decisions == ["retry", "retry", "fallback", ""]
            assert len(it.told(RequestEnded)) == 2

    asyncio.run(scenario())


def test_the_first_failures_are_told_beside_a_success(layer):
    async def scenario():
        async with layer(DOWN, AttemptError(Kind.CONNECTION)) as it:
            assert outcome(await it.ask()) == (Source.LIVE, 3, [Kind.SERVER_ERROR, Kind.CONNECTION])

    asyncio.run(scenario())


def test_the_breaker_opens_within_a_request_and_ends_it_without_a_wait(layer):
    patient = replace(SETTINGS, retry=replace(RETRY, attempts=7, backoff_first_s=0.01, backoff_cap_s=0.01))

    async def scenario():
        async with layer(*[DOWN] * 9) as it:
            answer = await it.ask(settings=patient)
            assert outcome(answer) == (Source.FALLBACK, 5, [*[Kind.SERVER_ERROR] * 5, Kind.BREAKER_OPEN])
            assert 0 < answer.retry_after_s <= BREAKER.open_s
            assert outcome(await it.ask()) == (Source.FALLBACK, 0, [Kind.BREAKER_OPEN])
            assert len(it.service.calls) == 5
            assert len(it.told(NotPermitted)) == 2
            assert [event.decision for event in it.told(AttemptEnded)] == [*["retry"] * 4, "fallback"]

    asyncio.run(scenario())


def test_a_rejected_content_is_neither_repeated_nor_answered(layer):
    async def scenario():
        async with layer(DOWN, AttemptError(Kind.REJECTED, 400)) as it:
            with pytest.raises(ContentRejectedError):
                await it.ask()
            ends = [(event.source, event.attempts, event.errors) for event in it.told(RequestEnded)]
            assert ends == [(None, 2, (Kind.SERVER_ERROR, Kind.REJECTED))]
            assert [event.decision for event in it.told(AttemptEnded)] == ["retry", "give_up"]
            assert (await it.breakers.of("qa").look()).failures == 1

    asyncio.run(scenario())


def test_a_service_that_refuses_us_is_told(layer):
    async def scenario():
        async with layer(REFUSES) as it:
            assert outcome(await it.ask()) == (Source.FALLBACK, 1, [Kind.MISCONFIGURED])
            await it.ask()
            assert it.told(ServiceRefusesUs) == [ServiceRefusesUs("qa")]

    asyncio.run(scenario())


def test_a_slow_answer_is_given_and_counts_as_a_failure(layer):
    slow = replace(SETTINGS, breaker=replace(BREAKER, failures=1, minimum_calls=1, slow_call_s=-1.0))

    async def scenario():
        async with layer("late but good") as it:
            assert outcome(await it.ask(settings=slow)) == (Source.LIVE, 1, [])
            assert (await it.breakers.of("qa").look()).state is BreakerState.OPEN

    asyncio.run(scenario())


def test_the_deadline_ends_an_attempt(layer):
    hasty = replace(SETTINGS, retry=replace(RETRY, deadline_s=0.1))

    async def scenario():
        async with layer(*[HANGS] * 3) as it:
            assert outcome(await it.ask(settings=hasty)) == (Source.FALLBACK, 1, [Kind.TIME_OUT])

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("attempt_timeout_s", "slow_call_s", "failures"), [(30.0, 30.0, 0), (0.1, 30.0, 1), (30.0, 0.1, 1)]
)
def test_a_time_out_counts_unless_the_deadline_cut_the_attempt_short(layer, attempt_timeout_s, slow_call_s, failures):
    """The request waits for its place until 0.2 s before the deadline."""
    retry = replace(RETRY, attempts=1, deadline_s=1.0, attempt_timeout_s=attempt_timeout_s)
    breaker = replace(BREAKER, slow_call_s=slow_call_s)
    waits = replace(SETTINGS, retry=retry, breaker=breaker, bulkhead=BulkheadSettings(1, 30.0))

    async def scenario():
        async with layer(HANGS) as it:
            async with it.orchestrator._bulkheads.of("qa").place(waits.bulkhead, 0.0):
                asked = asyncio.create_task(it.ask(settings=waits))
                await asyncio.sleep(0.8)
            assert outcome(await asked) == (Source.FALLBACK, 1, [Kind.TIME_OUT])
            assert (await it.breakers.of("qa").look()).failures == failures

    asyncio.run(scenario())


def test_an_attempt_that_may_last_as_long_as_the_request_counts(layer):
    hasty = replace(SETTINGS, retry=replace(RETRY, deadline_s=0.2, attempt_timeout_s=0.2))

    async def scenario():
        async with layer(HANGS) as it:
            await it.ask(settings=hasty)
            assert (await it.breakers.of("qa").look()).failures == 1

    asyncio.run(scenario())


def test_the_age_of_a_stored_answer_is_that_of_when_it_is_given(layer):
    hasty = replace(SETTINGS, retry=replace(RETRY, deadline_s=0.3))

    async def scenario():
        async with layer("first", HANGS, fresh_s=-1.0) as it:
            await it.ask(settings=hasty)
            answer = await it.ask(settings=hasty)
            assert (answer.source, answer.result) == (Source.CACHED, "first")
            assert answer.age_s >= 0.3

    asyncio.run(scenario())


def test_a_store_that_is_back_in_the_meantime_is_asked_before_the_fallback(layer, redis_server):
    async def scenario():
        async with layer("first", HANGS) as it:
            await it.ask()
            it.link._failed(ConnectionError())
            it.service.reached.clear()
            asked = asyncio.create_task(it.ask(settings=replace(SETTINGS, retry=replace(RETRY, deadline_s=0.3))))
            await it.service.reached.wait()
            it.link.answers = True
            answer = await asked
            assert (answer.source, answer.result) == (Source.CACHED, "first")

    asyncio.run(scenario())


def test_a_full_bulkhead_does_not_touch_other_operations(layer):
    narrow = replace(SETTINGS, bulkhead=BulkheadSettings(1, 0.01))
    other = replace(narrow, name="sentiment")

    async def scenario():
        async with layer(HANGS) as it:
            hanging = asyncio.create_task(it.ask("long", narrow))
            await it.service.reached.wait()
            assert outcome(await it.ask("refused", narrow)) == (Source.FALLBACK, 0, [Kind.BULKHEAD_FULL])
            assert outcome(await it.ask("well", other)) == (Source.LIVE, 1, [])
            it.orchestrator.interrupt()
            await hanging

    asyncio.run(scenario())


def test_those_who_wait_get_the_places_that_come_free(layer):
    narrow = replace(SETTINGS, bulkhead=BulkheadSettings(2, 30.0))

    async def scenario():
        async with layer() as it:
            answers = await asyncio.gather(*(it.ask(f"text {n}", narrow) for n in range(20)))
            assert Counter(answer.source for answer in answers) == {Source.LIVE: 20}

    asyncio.run(scenario())


def test_an_interrupted_request_is_answered_and_its_probe_given_back(layer):
    single = replace(SETTINGS, breaker=replace(BREAKER, probes=1, open_s=0.001))

    async def scenario():
        async with layer(HANGS) as it:
            breaker = it.breakers.of("qa")
            await make_half_open(breaker, single.breaker)
            hanging = asyncio.create_task(it.ask(settings=single))
            await it.service.reached.wait()
            it.orchestrator.interrupt()
            assert outcome(await hanging) == (Source.FALLBACK, 1, [])
            await it.orchestrator.idle()
            assert (await breaker.admit(single.breaker, 60.0)).token

    asyncio.run(scenario())


def test_a_second_interrupt_while_the_first_is_felt_changes_nothing(layer):
    async def scenario():
        async with layer(HANGS) as it:
            hanging = asyncio.create_task(it.ask())
            await it.service.reached.wait()
            it.orchestrator.interrupt()
            while not hanging.done():
                it.orchestrator.interrupt()
                await asyncio.sleep(0)
            assert outcome(await hanging) == (Source.FALLBACK, 1, [])

    asyncio.run(scenario())


def test_an_answer_that_has_arrived_when_the_request_is_interrupted_is_given_and_reported(layer, monkeypatch):
    async def scenario():
        async with layer(DOWN, "just in time") as it:
            sound, reporting, goes_on = it.breakers.of("qa").report, asyncio.Event(), asyncio.Event()

            async def slow(permit, settings, result, cause):
                if result is Outcome.SUCCESS:
                    reporting.set()
                    await goes_on.wait()
                return await sound(permit, settings, result, cause)

            monkeypatch.setattr(it.breakers.of("qa"), "report", slow)
            asked = asyncio.create_task(it.ask())
            await reporting.wait()
            it.orchestrator.interrupt()
            answer = await asked
            assert (answer.source, answer.result) == (Source.LIVE, "just in time")
            assert (await it.breakers.of("qa").look()).failures == 1
            goes_on.set()
            await met_no_failures(it)

    async def met_no_failures(it):
        async with asyncio.timeout(10):
            while (await it.breakers.of("qa").look()).failures:  # noqa: ASYNC110 - what is in Redis has no event
                await asyncio.sleep(0.001)

    asyncio.run(scenario())


async def make_half_open(breaker, settings):
    for _ in range(settings.failures):
        await breaker.report(await breaker.admit(settings, 60.0), settings, Outcome.FAILURE, "connection")
    async with asyncio.timeout(10):
        while (await breaker.look()).state is not BreakerState.HALF_OPEN:  # noqa: ASYNC110 - what is in Redis has no event
            await asyncio.sleep(0.001)
