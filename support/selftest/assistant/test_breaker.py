"""Breakers over a real Redis: two instances share them, restarts keep them, and they go on while Redis does not answer."""

import asyncio
from collections import Counter
from contextlib import asynccontextmanager

import pytest

from support.systems.assistant.app.breaker import BreakerOpenError, Breakers
from support.systems.assistant.app.breaker_model import Outcome
from support.systems.assistant.app.events import BreakerMoved
from support.systems.assistant.app.model import BreakerSettings, BreakerState
from support.systems.assistant.app.redis_link import RedisLink

CLOSED, HALF_OPEN, OPEN = BreakerState
PROBES = 3
SETTINGS = BreakerSettings(failures=2, open_s=0.05, probes=PROBES, minimum_calls=2, slow_call_s=1.0)
STAYS_OPEN = BreakerSettings(failures=2, open_s=300.0, probes=PROBES, minimum_calls=2, slow_call_s=1.0)
LEASE_S = 60.0
KEY = "assistant:breaker:qa"
PROBES_KEY = f"{KEY}:probes"


class Instance:
    """One instance of the service, as far as its breaker for `qa` goes. `now` is the clock of its link to Redis."""

    def __init__(self, url):
        self.now = 0.0
        self.link = RedisLink(url, 5.0, lambda: self.now)
        self.events = []
        self.breaker = Breakers(self.link, self.events.append).of("qa")

    async def admitted(self, settings=SETTINGS, lease_s=LEASE_S):
        """The permit, or None."""
        try:
            return await self.breaker.admit(settings, lease_s)
        except BreakerOpenError:
            return None

    async def fails(self, settings=SETTINGS):
        permit = await self.breaker.admit(settings, LEASE_S)
        await self.breaker.report(permit, settings, Outcome.FAILURE, "server_error")

    async def opens(self, settings=SETTINGS):
        for _ in range(settings.failures):
            await self.fails(settings)

    async def is_half_open(self):
        return await self.state() is HALF_OPEN

    async def state(self):
        return (await self.breaker.look()).state

    async def becomes_half_open(self):
        await met(self.is_half_open)


async def met(check):
    """Wait until *check* gives something true."""
    async with asyncio.timeout(10):
        while not await check():  # noqa: ASYNC110 - what is in Redis has no event
            await asyncio.sleep(0.01)


@asynccontextmanager
async def instances(url, count=2):
    all_of_them = [Instance(url) for _ in range(count)]
    try:
        yield all_of_them
    finally:
        await asyncio.gather(*(instance.link.close() for instance in all_of_them))


def test_two_instances_together_admit_exactly_the_probes(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.opens()
            await one.becomes_half_open()
            asked = await asyncio.gather(*(instance.admitted() for _ in range(10) for instance in (one, other)))
            permits = [(i % 2, permit) for i, permit in enumerate(asked) if permit]
            assert len(permits) == PROBES
            for owner, permit in permits:
                await (one, other)[owner].breaker.report(permit, SETTINGS, Outcome.SUCCESS, "")
            assert await one.state() is await other.state() is CLOSED
            moves = Counter((event.before, event.after) for event in one.events + other.events)
            assert moves == {(CLOSED, OPEN): 1, (OPEN, HALF_OPEN): 1, (HALF_OPEN, CLOSED): 1}

    asyncio.run(scenario())


def test_a_new_instance_finds_the_breaker_open_at_its_first_call(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.opens(STAYS_OPEN)
            assert await other.admitted() is None
            assert not other.events

    asyncio.run(scenario())


def test_a_probe_that_is_never_heard_of_again_gives_its_place_back(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.opens()
            await one.becomes_half_open()
            for _ in range(PROBES):
                assert await one.admitted(lease_s=0.05)
            await met(other.admitted)

    asyncio.run(scenario())


def test_a_late_answer_from_before_the_opening_changes_nothing(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, _):
            late = [await one.admitted(), await one.admitted()]
            await one.opens()
            await one.becomes_half_open()
            await one.breaker.report(late[0], SETTINGS, Outcome.FAILURE, "time_out")
            await one.breaker.report(late[1], SETTINGS, Outcome.SUCCESS, "")
            assert await one.state() is HALF_OPEN

    asyncio.run(scenario())


def test_a_permanent_error_gives_the_probes_place_back(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, _):
            await one.opens()
            await one.becomes_half_open()
            permits = [await one.admitted() for _ in range(PROBES)]
            assert await one.admitted() is None
            await one.breaker.report(permits[0], SETTINGS, Outcome.NEITHER, "")
            assert await one.admitted()
            assert await one.state() is HALF_OPEN

    asyncio.run(scenario())


def test_an_administrator_opens_until_reset(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.breaker.force_open("root")
            status = await other.breaker.look()
            assert (status.state, status.forced) == (OPEN, True)
            assert await other.admitted() is None
            await other.breaker.reset("root")
            assert await one.admitted()
            assert one.events == [BreakerMoved("qa", CLOSED, OPEN, "forced", "root")]
            assert other.events == [BreakerMoved("qa", OPEN, CLOSED, "reset", "root")]

    asyncio.run(scenario())


def test_an_administrators_order_is_told_even_if_the_breaker_is_open_already(redis_url):
    async def scenario():
        async with instances(redis_url) as (one, _):
            await one.opens(STAYS_OPEN)
            await one.breaker.force_open("root")
            assert one.events[1:] == [BreakerMoved("qa", OPEN, OPEN, "forced", "root")]

    asyncio.run(scenario())


def test_when_redis_is_emptied_an_open_breaker_is_written_back(redis_url, redis_server):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.opens(STAYS_OPEN)
            redis_server.flushall()
            assert await one.admitted() is None
            assert redis_server.hget(KEY, "state") == b"open"
            assert await other.admitted() is None

    asyncio.run(scenario())


@pytest.mark.parametrize(
    "damage",
    [
        lambda redis: redis.hset(KEY, mapping={"state": "ajar", "epoch": "x", "until": "never", "wins": "many"}),
        lambda redis: redis.hset(KEY, mapping={"epoch": "1e300", "failures": "nan", "wins": "-7", "counted": "0.5"}),
        lambda redis: (redis.delete(KEY), redis.set(KEY, "not a hash")),
        lambda redis: (redis.delete(KEY, PROBES_KEY), redis.set(PROBES_KEY, "not a set")),
    ],
)
def test_a_damaged_breaker_is_written_anew(redis_url, redis_server, damage):
    async def scenario():
        async with instances(redis_url) as (one, other):
            await one.opens()
            await met(one.is_half_open)
            damage(redis_server)
            assert await one.state() is HALF_OPEN
            assert await other.state() is HALF_OPEN
            asked = await asyncio.gather(*(instance.admitted() for _ in range(5) for instance in (one, other)))
            assert sum(permit is not None for permit in asked) == PROBES
            assert one.link.answers

    asyncio.run(scenario())


class Paused:
    """Redis leaves scripts without an answer, as a frozen process would."""

    def __init__(self, server):
        self._server = server

    def __enter__(self):
        self._server.client_pause(60_000, all=False)

    def __exit__(self, *_):
        self._server.client_unpause()


@pytest.fixture
def impatient(redis_url, monkeypatch):
    def link(self, url):
        self.now = 0.0
        self.link = RedisLink(url, 0.2, lambda: self.now)
        self.events = []
        self.breaker = Breakers(self.link, self.events.append).of("qa")

    monkeypatch.setattr(Instance, "__init__", link)
    return redis_url


def test_without_redis_an_open_breaker_stays_open_and_others_can_open(impatient, redis_server):
    async def scenario():
        async with instances(impatient) as (one, other):
            await one.opens(STAYS_OPEN)
            assert await other.admitted() is None  # it has seen it open
            with Paused(redis_server):
                assert await one.admitted() is None
                assert await other.admitted() is None
                assert not one.link.answers

    asyncio.run(scenario())


@pytest.mark.parametrize(("order", "meanwhile", "after"), [("force_open", HALF_OPEN, OPEN), ("reset", OPEN, CLOSED)])
def test_an_order_that_was_given_without_redis_outlives_what_others_did_meanwhile(impatient, order, meanwhile, after):
    async def scenario():
        async with instances(impatient) as (one, other):
            await one.opens()
            if order == "reset":
                await one.breaker.force_open("root")
            one.link._failed(ConnectionError())
            await getattr(one.breaker, order)("root")
            await met(other.is_half_open if meanwhile is HALF_OPEN else other.state)
            assert await other.state() is meanwhile
            one.now += 1.0  # it asks Redis again
            for instance in (one, other, one):
                status = await instance.breaker.look()
                assert (status.state, status.forced) == (after, after is OPEN)

    asyncio.run(scenario())


def test_with_a_redis_that_is_full_a_breaker_opens_in_memory(redis_url, redis_server):
    async def scenario():
        async with instances(redis_url) as (one, _):
            assert await one.admitted()
            redis_server.config_set("maxmemory", 1)
            try:
                await one.opens(STAYS_OPEN)
                assert await one.admitted() is None
                assert one.link.answers
            finally:
                redis_server.config_set("maxmemory", 0)
            assert await one.admitted() is None
            assert redis_server.hget(KEY, "state") == b"open"

    asyncio.run(scenario())


def test_a_breaker_that_opened_without_redis_is_shared_when_redis_answers_again(impatient, redis_server):
    async def scenario():
        async with instances(impatient) as (one, other):
            await one.fails(STAYS_OPEN)
            with Paused(redis_server):
                await one.fails(STAYS_OPEN)  # the second in succession: the first is remembered
                assert await one.admitted() is None
            assert await other.admitted()
            one.now += 1.0  # it asks Redis again
            assert await one.admitted() is None
            assert one.link.answers
            assert await other.admitted() is None

    asyncio.run(scenario())
