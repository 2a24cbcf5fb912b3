"""Writes whose answer was lost: they take effect at most once, and are made certain before the next number is given."""

import asyncio
import time

from support.selftest.tasks.relay import Relay, answer, is_write
from support.selftest.tasks.stored import Heard, add, ana, heard, refused, repository, serving, until
from support.systems.tasks.app.server.observing import (
    BreakerMoved,
    BreakerState,
    CallOutcome,
    StoreCalled,
    WriteInDoubt,
    WriteMadeCertain,
)


def through_a_relay(test, store, **settings):
    async def run():
        told = Heard()
        async with Relay(store.port).open() as relay, serving(relay.url, told, **settings) as service:
            where = repository()
            await add(service, where, "First")
            await test(service, relay, where, told)

    asyncio.run(run())


class Once:
    """The first *times* writes of tasks become *verdict*, or those that *chosen* takes."""

    def __init__(self, verdict, times=1, chosen=is_write):
        self.verdict, self.left, self.chosen = verdict, times, chosen

    def __call__(self, line):
        if self.left and self.chosen(line):
            self.left -= 1
            return self.verdict
        return "pass"


async def contents(service, where):
    return [task.content for task in (await service.list(where, None, 100, None)).tasks]


def is_look(line):
    return line.startswith("POST /collections/tasks/points ")


def test_a_lost_answer_is_made_good_before_the_client_hears_of_it(store):
    async def test(service, relay, where, told):
        feed = await service.subscribe(where, 0)
        for verdict, chosen in (("lose", is_write), ("refuse", is_write), ("lose", is_look), (answer(500), is_look)):
            relay.intercept = Once(verdict, chosen=chosen)
            await add(service, where, "Second")
            assert not relay.intercept.left
        assert await contents(service, where) == ["First", *["Second"] * 4]
        assert [event.number for event in await heard(feed, 5)] == [1, 2, 3, 4, 5]
        assert not told.of(WriteInDoubt)

    through_a_relay(test, store)


def test_what_was_never_sent_is_not_done(store):
    async def test(service, relay, where, _):
        relay.intercept = Once("refuse", times=100, chosen=lambda _: True)
        asked = len(relay.requests)
        lost = await refused(add(service, where, "Second", key=where))  # it is in vain to look for the key
        assert (lost.fields["outcome"], len(relay.requests)) == ("not_done", asked + 1)
        relay.intercept = Once(answer(400))
        assert (await refused(add(service, where, "Second"))).fields["outcome"] == "not_done"
        relay.intercept = lambda _: "pass"
        assert await contents(service, where) == ["First"]

    through_a_relay(test, store)


def test_a_write_in_doubt_is_made_certain_by_the_probes_and_nothing_comes_before_it(store):
    async def test(service, relay, where, told):
        feed = await service.subscribe(where, 1)
        relay.intercept = Once("lose", times=2)
        lost = await refused(add(service, where, "Second", key=where))
        assert (lost.error, lost.fields["outcome"], service.status().breaker) == (
            "store_unavailable",
            "unknown",
            "open",
        )
        asked = len(relay.requests)
        early = await refused(add(service, where, "Third"))
        assert (early.fields["outcome"], len(relay.requests)) == ("not_done", asked)
        assert 0 < early.retry_after_s <= 0.2
        await until(lambda: told.of(WriteMadeCertain))
        (certain,), (doubt,) = told.of(WriteMadeCertain), told.of(WriteInDoubt)
        assert (certain.task_id, certain.took_effect) == (doubt.task_id, True)
        await add(service, where, "Third")
        again = await add(service, where, "Second", key=where)
        assert again.id == certain.task_id
        assert await contents(service, where) == ["First", "Second", "Third"]
        assert [event.number for event in await heard(feed, 2)] == [2, 3]

    through_a_relay(test, store, breaker_failures=2, breaker_open_s=0.2)


def test_a_frozen_store_leaves_a_write_in_doubt_after_the_time_out_and_once_only(store):
    async def test(service, _, where, told):
        feed = await service.subscribe(where, 1)
        store.freeze()
        try:
            began = time.monotonic()
            lost, behind = await asyncio.gather(
                refused(add(service, where, "Second")), refused(_soon(add(service, where, "Behind")))
            )
            took_s = time.monotonic() - began
        finally:
            store.thaw()
        assert 0.2 <= took_s < 1.5
        assert (lost.fields["outcome"], behind.fields["outcome"]) == ("unknown", "not_done")
        await until(lambda: told.of(WriteMadeCertain))
        await add(service, where, "Third")
        assert await contents(service, where) == ["First", "Second", "Third"]
        assert [event.task.content for event in await heard(feed, 2)] == ["Second", "Third"]

    through_a_relay(test, store, store_timeout_s=0.2, breaker_failures=3, breaker_open_s=0.3)


async def _soon(request):
    await asyncio.sleep(0.05)
    return await request


def test_the_breaker_opens_with_the_fifth_failure_and_calls_are_counted(store):
    async def test(service, relay, where, told):
        relay.intercept = lambda _: answer(500)
        asked = len(relay.requests)
        for failures in range(1, 6):
            await refused(service.list(where, None, 1, None))
            assert service.status().failures == failures
        assert service.status().store == "down"
        began = time.monotonic()
        for _ in range(20):
            await refused(service.list(where, None, 1, None))
        assert len(relay.requests) == asked + 5
        assert time.monotonic() - began < 0.2
        assert told.of(StoreCalled)[-1] == StoreCalled("scroll", CallOutcome.NOT_PERMITTED)
        assert told.of(BreakerMoved) == [BreakerMoved(BreakerState.CLOSED, BreakerState.OPEN)]

    through_a_relay(test, store)


def test_a_batch_that_failed_in_the_middle_is_completed_when_it_is_repeated(store):
    async def test(service, relay, where, _):
        changes = [{"op_id": f"{where}-{n}", "action": "create", "task": {"content": f"{n}"}} for n in range(600)]
        writes = 0

        def second_fails(line):
            nonlocal writes
            writes += is_write(line)
            return "refuse" if writes == 2 else "pass"

        relay.intercept = second_fails
        lost = await refused(_sync(service, where, changes))
        assert (lost.status, lost.fields["outcome"]) == (503, "unknown")
        relay.intercept = lambda _: "pass"
        await until(lambda: service.status().breaker != "open")
        body = (await _sync(service, where, changes)).body
        assert {result["status"] for result in body["results"]} == {"applied"}
        assert body["number"] == 601

    through_a_relay(test, store, breaker_failures=1, breaker_open_s=0.05)


async def _sync(service, where, changes):
    return await service.sync(where, 0, changes, ana(f"batch-{where}"))
