"""Calls to the store: which failures the breaker counts, what is known of a call that failed, and connections used again."""

import asyncio
import time

import pytest

from support.selftest.tasks.relay import Relay, answer
from support.selftest.tasks.stored import Heard, until
from support.systems.tasks.app.server.observing import CallOutcome, StoreCalled
from support.systems.tasks.app.server.store import Store
from support.systems.tasks.app.server.store_breaker import StoreBreaker
from support.systems.tasks.app.server.store_errors import StoreError, StoreRefusedError

ID = "3f0c0000-0000-4000-8000-000000000000"


def with_a_store(test, port, timeout_s=2.0, failures=100, open_s=30.0):
    async def run():
        told = Heard()
        async with Relay(port).open() as relay:
            breaker = StoreBreaker(failures, open_s, 2, told)
            client = Store(relay.url, timeout_s, breaker, told)
            try:
                await test(client, relay, told)
            finally:
                await client.close()

    asyncio.run(run())


@pytest.mark.parametrize(
    ("becomes", "reason", "sent"),
    [
        ("refuse", "connection lost", True),
        ("lose", "connection lost", True),
        (answer(500), "status 500", True),
        (answer(302), "status 302", True),
        (answer(200, "<html>"), "garbled", True),
        (answer(200, "{}"), "garbled", True),
        (answer(200, '{"result": [{"id": 1}]'), "garbled", True),
    ],
)
def test_a_failure_counts_and_says_why(store, becomes, reason, sent):
    async def test(client, relay, told):
        await client.prepare("counted", {})
        relay.intercept = lambda _: becomes
        with pytest.raises(StoreError) as failed:
            await client.read("counted", [ID])
        assert (failed.value.reason, failed.value.sent) == (reason, sent)
        assert (client.breaker.failures, client.answers) == (1, False)
        assert told[-1] == StoreCalled("retrieve", CallOutcome.FAILED, reason)

    with_a_store(test, store.port)


def test_what_the_store_refuses_is_no_failure_of_it(store):
    async def test(client, relay, _):
        relay.intercept = lambda _: "refuse"
        with pytest.raises(StoreError):
            await client.read("none", [ID])
        relay.intercept = lambda _: "pass"
        with pytest.raises(StoreRefusedError) as refused:
            await client.read("none", [ID])
        assert (refused.value.status, refused.value.sent) == (404, False)
        assert (client.breaker.failures, client.answers) == (0, True)

    with_a_store(test, store.port)


def test_a_refused_connection_means_that_nothing_was_sent(store):
    async def test(client, *_):
        nowhere = Store("http://127.0.0.1:1", 2.0, client.breaker, lambda _: None)
        with pytest.raises(StoreError) as failed:
            await nowhere.read("none", [ID])
        assert (failed.value.reason, failed.value.sent, client.breaker.failures) == ("refused", False, 1)
        await nowhere.close()

    with_a_store(test, store.port)


def test_a_call_ends_with_its_time_out(store):
    async def test(client, *_):
        store.freeze()
        try:
            began = time.monotonic()
            with pytest.raises(StoreError) as failed:
                await client.read("none", [ID])
        finally:
            store.thaw()
        assert (failed.value.reason, failed.value.sent, client.breaker.failures) == ("timeout", True, 1)
        assert 0.1 <= time.monotonic() - began < 0.9

    with_a_store(test, store.port, timeout_s=0.1)


def test_no_call_reaches_the_store_while_the_breaker_is_open(store):
    async def test(client, relay, told):
        relay.intercept = lambda _: answer(503)
        for _ in range(5):
            with pytest.raises(StoreError):
                await client.read("none", [ID])
        assert len(relay.requests) == 3
        assert told[-1] == StoreCalled("retrieve", CallOutcome.NOT_PERMITTED)

    with_a_store(test, store.port, failures=3)


def test_connections_are_used_again(store):
    async def test(client, relay, _):
        await client.prepare("kept", {})
        for _ in range(20):
            await client.read("kept", [ID])
        assert relay.connections == 1

    with_a_store(test, store.port)


def test_a_cancelled_call_gives_its_place_among_the_probes_back(store):
    async def test(client, relay, _):
        await client.prepare("probed", {})
        relay.intercept = lambda _: "refuse"
        with pytest.raises(StoreError):
            await client.read("probed", [ID])
        await until(lambda: client.breaker.state == "half_open")
        relay.intercept = lambda _: asyncio.Event()
        asked = len(relay.requests)
        probes = [asyncio.create_task(client.read("probed", [ID])) for _ in range(2)]
        await until(lambda: len(relay.requests) == asked + 2)
        for probe in probes:
            probe.cancel()
        await asyncio.wait(probes)
        relay.intercept = lambda _: "pass"
        for _ in range(2):
            await client.read("probed", [ID])
        assert client.breaker.state == "closed"

    with_a_store(test, store.port, failures=1, open_s=0.02)
