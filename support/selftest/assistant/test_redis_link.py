"""Redis is asked again once a second after a failure, and only what was asked after that shows that it answers."""

import asyncio

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import OutOfMemoryError, ReadOnlyError, ResponseError

from support.systems.assistant.app import redis_link
from support.systems.assistant.app.redis_link import CONNECTIONS, RedisAwayError, RedisLink


class Redis:
    """Commands that succeed, fail, or wait until they are let go."""

    def __init__(self):
        self.now = 0.0
        self.asked = 0
        self.link = RedisLink("redis://127.0.0.1:1/0", 0.1, lambda: self.now)

    async def answers(self):
        self.asked += 1
        return "yes"

    async def fails(self):
        self.asked += 1
        raise RedisConnectionError

    async def tried(self, command):
        try:
            return await self.link.ask(command)
        except RedisAwayError:
            return None


def test_after_a_failure_one_call_a_second_asks_again():
    async def scenario():
        redis = Redis()
        assert await redis.tried(redis.fails) is None
        assert await redis.tried(redis.answers) is None
        redis.now = 1.0
        await asyncio.gather(*(redis.tried(redis.fails) for _ in range(10)))
        assert redis.asked == 2
        redis.now = 2.0
        assert await redis.tried(redis.answers) == "yes"
        assert await redis.tried(redis.answers) == "yes"

    asyncio.run(scenario())


def test_an_answer_to_what_was_asked_before_the_failure_does_not_count():
    async def scenario():
        redis, late = Redis(), asyncio.Event()
        waiting = asyncio.create_task(redis.link.ask(late.wait))
        await asyncio.sleep(0)
        await redis.tried(redis.fails)
        late.set()
        assert await waiting
        assert not redis.link.answers

    asyncio.run(scenario())


def test_those_who_wait_for_a_connection_hear_of_the_failure():
    async def scenario():
        redis, blocked = Redis(), asyncio.Event()

        async def fails_later():
            redis.asked += 1
            await blocked.wait()
            raise RedisConnectionError

        asked = [asyncio.create_task(redis.tried(fails_later)) for _ in range(CONNECTIONS + 30)]
        await asyncio.sleep(0)
        blocked.set()
        assert set(await asyncio.gather(*asked)) == {None}
        assert redis.asked == CONNECTIONS

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [RedisConnectionError, ConnectionResetError, TimeoutError])
def test_every_way_to_fail_is_the_same(error):
    async def fails():
        raise error

    async def scenario():
        with pytest.raises(RedisAwayError):
            await Redis().link.ask(fails)

    asyncio.run(scenario())


def test_who_waits_for_a_connection_too_long_goes_on_without_redis_and_does_not_blame_it(monkeypatch):
    monkeypatch.setattr(redis_link, "PLACE_WITHIN_S", 0.01)

    async def scenario():
        redis, slow = Redis(), asyncio.Event()
        under_way = [asyncio.create_task(redis.link.ask(slow.wait)) for _ in range(CONNECTIONS)]
        await asyncio.sleep(0)
        assert await redis.tried(redis.answers) is None
        slow.set()
        await asyncio.gather(*under_way)
        assert redis.link.answers
        assert await redis.tried(redis.answers) == "yes"

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [OutOfMemoryError, ReadOnlyError, ResponseError("WRONGTYPE Operation")])
def test_a_command_that_redis_refuses_fails_alone(error):
    async def refused():
        raise error

    async def scenario():
        redis = Redis()
        assert await redis.tried(refused) is None
        assert redis.link.answers
        assert await redis.tried(redis.answers) == "yes"

    asyncio.run(scenario())


def test_what_is_under_way_when_the_link_is_closed_goes_on_without_redis():
    async def finds_its_connection_gone():
        await closed.wait()
        raise AttributeError("'NoneType' object has no attribute 'writelines'")

    async def scenario():
        redis = Redis()
        waiting = asyncio.create_task(redis.tried(finds_its_connection_gone))
        await asyncio.sleep(0)
        await redis.link.close()
        closed.set()
        assert await waiting is None
        assert await redis.tried(redis.answers) is None

    closed = asyncio.Event()
    asyncio.run(scenario())
