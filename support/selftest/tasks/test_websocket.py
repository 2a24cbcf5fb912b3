"""The WebSocket on a real port: subscriptions, every close code, and subscribers that cost others nothing."""

import asyncio
import json
from contextlib import asynccontextmanager

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode

from support.selftest.tasks.memory_core import MemoryCore
from support.selftest.tasks.served import listening
from support.systems.tasks.app.server.core import Intention, StoreUnavailableError
from support.systems.tasks.app.server.model import NewTask

SUBSCRIBE = {"type": "subscribe", "repository": "web", "since": 0}


def to(address, query="", **options):
    return connect(
        f"ws://{address}/ws{query}",
        **{"proxy": None, "compression": None, "open_timeout": 5, "close_timeout": 1, **options},
    )


async def say(client, **message):
    await client.send(json.dumps(message))


async def hear(client):
    async with asyncio.timeout(20):
        return json.loads(await client.recv())


async def create(core, repository="web", content="New"):
    return (await core.create(NewTask(repository=repository, content=content), Intention("ana"))).task


@asynccontextmanager
async def connected(core=None, query="", options=None, **settings):
    async with listening(core or MemoryCore(), **settings) as address, to(address, query, **(options or {})) as client:
        yield client


def closed_after(send, core=None, **how):
    """The code and the reason with which the server closes after *send(client)*."""

    async def scenario():
        async with connected(core, **how) as client:
            await send(client)
            with pytest.raises(ConnectionClosed):
                while True:
                    await hear(client)
            return client.close_code, client.close_reason

    return asyncio.run(scenario())


async def frame(client, data, opcode=Opcode.TEXT):
    client.transport.write(Frame(opcode, data).serialize(mask=True))


def test_a_subscriber_hears_what_it_missed_and_what_comes_until_it_unsubscribes():
    async def scenario():
        core = MemoryCore()
        await create(core)
        await create(core)
        async with connected(core) as client:
            await say(client, type="subscribe", repository="web", since=1)
            assert await hear(client) == {"type": "subscribed", "repository": "web", "number": 2}
            await create(core)
            await create(core, repository="other")
            events = [await hear(client) for _ in range(2)]
            assert [(one["type"], one["kind"], one["number"]) for one in events] == [
                ("event", "task.created", 2),
                ("event", "task.created", 3),
            ]
            assert events[0]["task"]["id"] == "t2"
            await say(client, type="unsubscribe", repository="web")
            assert await hear(client) == {"type": "unsubscribed", "repository": "web"}
            await create(core)
            await say(client, type="ping")
            assert await hear(client) == {"type": "pong"}
            assert core.feeds[0].ended.is_set()

    asyncio.run(scenario())


def test_without_since_only_what_comes_and_a_new_subscription_replaces_the_old_one():
    async def scenario():
        core = MemoryCore()
        await create(core)
        async with connected(core) as client:
            await say(client, type="subscribe", repository="web")
            assert (await hear(client))["number"] == 1
            await say(client, **SUBSCRIBE)
            assert (await hear(client))["type"] == "subscribed"
            assert (await hear(client))["number"] == 1
            await create(core)
            assert (await hear(client))["number"] == 2
            await say(client, type="ping")
            assert (await hear(client))["type"] == "pong"

    asyncio.run(scenario())


def test_resync_comes_before_subscribed():
    async def scenario():
        core = MemoryCore()
        subscribe = core.subscribe

        async def forgetful(repository, since):
            feed = await subscribe(repository, since)
            feed.resync = True
            return feed

        core.subscribe = forgetful
        async with connected(core) as client:
            await say(client, **SUBSCRIBE)
            assert [(await hear(client))["type"] for _ in range(2)] == ["resync", "subscribed"]

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("data", "opcode", "code"),
    [
        (b"\x00\x01", Opcode.BINARY, 1003),
        (json.dumps(SUBSCRIBE).encode(), Opcode.BINARY, 1003),
        (b"hello", Opcode.TEXT, 1007),
        (b"[]", Opcode.TEXT, 1007),
        (b'"ping"', Opcode.TEXT, 1007),
        (b'{"type": NaN}', Opcode.TEXT, 1007),
        (b"[" * 65_000, Opcode.TEXT, 1007),
        (b"", Opcode.TEXT, 1007),
        (b'{"type": "\xff"}', Opcode.TEXT, 1007),
        (b" " * 65_537, Opcode.TEXT, 1009),
    ],
)
def test_what_is_no_json_message_closes_the_connection(data, opcode, code):
    assert closed_after(lambda client: frame(client, data, opcode))[0] == code


@pytest.mark.parametrize(
    ("message", "field"),
    [
        ({}, "type"),
        ({"type": "sing"}, "type"),
        ({"type": ["ping"]}, "type"),
        ({"type": "subscribe"}, "repository"),
        ({"type": "subscribe", "repository": "a b"}, "repository"),
        ({**SUBSCRIBE, "since": "1"}, "since"),
        ({**SUBSCRIBE, "since": -1}, "since"),
        ({**SUBSCRIBE, "since": True}, "since"),
        ({**SUBSCRIBE, "colour": "red"}, "colour"),
        ({**SUBSCRIBE, "x" * 500: "red"}, "x" * 100),
        ({"type": "ping", "\ud800": 1}, ""),
        ({"type": "unsubscribe"}, "repository"),
    ],
)
def test_a_wrong_field_closes_the_connection_and_is_named(message, field):
    code, reason = closed_after(lambda client: say(client, **message))
    assert code == 1008
    assert reason.startswith(field)


def test_the_largest_message_is_taken():
    async def scenario():
        async with connected() as client:
            await client.send('{"type": "ping"' + " " * (65_536 - 16) + "}")
            assert await hear(client) == {"type": "pong"}

    asyncio.run(scenario())


def test_more_than_a_hundred_repositories_are_too_many():
    async def subscribe_all(client):
        for number in range(101):
            await say(client, type="subscribe", repository=f"web{number}")

    code, reason = closed_after(subscribe_all)
    assert code == 1008
    assert reason.startswith("repository")


def test_another_version_is_told_so():
    async def nothing(_):
        pass

    assert closed_after(nothing, query="?client_version=2.0")[0] == 4426
    assert closed_after(nothing, options={"additional_headers": {"Client-Version": "2.0"}})[0] == 4426


def test_without_the_store_a_subscription_is_to_be_tried_again():
    core = MemoryCore()
    core.failure = StoreUnavailableError("The store does not answer.", retry_after_s=1)
    assert closed_after(lambda client: say(client, **SUBSCRIBE), core) == (1013, "store_unavailable")


def test_a_defect_closes_the_connection():
    core = MemoryCore()
    core.failure = RuntimeError("secret")
    code, reason = closed_after(lambda client: say(client, **SUBSCRIBE), core)
    assert code == 1011
    assert "secret" not in reason


def test_opening_is_a_request_for_the_rate_limit():
    async def scenario():
        async with listening(MemoryCore(), per_minute=1) as address, to(address):
            with pytest.raises(InvalidStatus) as refused:
                await to(address)
            answer = refused.value.response
            assert answer.status_code == 429
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
            assert json.loads(answer.body)["error"] == "rate_limited"

    asyncio.run(scenario())


def test_a_subscriber_that_never_reads_is_closed_and_delays_nobody():
    async def scenario():
        core = MemoryCore(queue=20)
        large = "a" * 20_000
        async with listening(core) as address, to(address) as good, to(address, max_queue=1, ping_interval=None) as bad:
            await say(bad, **SUBSCRIBE)
            await hear(bad)
            bad.transport.pause_reading()
            await say(good, **SUBSCRIBE)
            await hear(good)
            heard = 0
            while not core.feeds[0].ended.is_set():
                await create(core, content=large)
                assert (await hear(good))["number"] == (heard := heard + 1)
                assert heard < 5_000
            async with httpx.AsyncClient(base_url=f"http://{address}") as http:
                assert (await http.get("/health")).json()["connections"] == 1
            bad.transport.resume_reading()
            with pytest.raises(ConnectionClosed):
                while True:
                    await hear(bad)
            assert bad.close_code == 1013
            await say(good, type="ping")
            assert (await hear(good))["type"] == "pong"

    asyncio.run(scenario())


@pytest.mark.parametrize("backlog", [0, 400])
def test_one_that_does_not_answer_pings_is_closed_whatever_waits_for_it(backlog):
    async def scenario():
        core = MemoryCore(queue=1_000)
        async with listening(core, ping_s=0.1, pong_s=0.1) as address, to(address, ping_interval=None) as client:
            await say(client, **SUBSCRIBE)
            await hear(client)
            client.transport.pause_reading()
            for _ in range(backlog):
                await create(core, content="a" * 20_000)
            async with asyncio.timeout(20):
                await core.feeds[0].ended.wait()

    asyncio.run(scenario())
