"""Subscribers hear every event once and in order, whenever they come; one that is slow costs the others nothing."""

import asyncio

import pytest

from support.selftest.tasks.stored import Heard, add, ana, heard, refused, repository, serving, until
from support.systems.tasks.app.server.core import TooSlowError
from support.systems.tasks.app.server.model import Fields
from support.systems.tasks.app.server.observing import EventPublished, SubscriberTooSlow


def test_between_what_was_missed_and_what_is_to_come_there_is_no_gap_and_nothing_twice(store_url):
    async def run():
        async with serving(store_url, queue=1000) as service:
            where = repository()
            writing = [asyncio.create_task(_write(service, where, 15)) for _ in range(4)]
            feeds = []
            while not all(task.done() for task in writing):
                feeds.append((0, await service.subscribe(where, 0)))
                last = feeds[-1][1].number
                feeds.append((last, await service.subscribe(where, last)))
                new = await service.subscribe(where, None)
                feeds.append((new.number, new))
            assert len(feeds) > 5
            for since, feed in feeds:
                assert [event.number for event in await heard(feed, 60 - since)] == list(range(since + 1, 61))

    asyncio.run(run())


async def _write(service, where, count):
    for number in range(count):
        await add(service, where, f"Task {number}")


def test_other_repositories_are_not_heard_nor_anything_after_the_end(store_url):
    async def run():
        async with serving(store_url) as service:
            where = repository()
            feed, closed = await service.subscribe(where, None), await service.subscribe(where, None)
            await add(service, f"{where}-2")
            await closed.close()
            task = await add(service, where)
            assert [event.task for event in await heard(feed, 1)] == [task]
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await anext(aiter(closed))

    asyncio.run(run())


def test_one_that_leaves_too_much_waiting_is_told_so_and_the_others_hear_all(store_url):
    async def run():
        told = Heard()
        async with serving(store_url, told, queue=3) as service:
            where = repository()
            slow, good = await service.subscribe(where, None), await service.subscribe(where, None)
            overflow = asyncio.create_task(slow.overflow())
            for number in range(1, 6):
                await add(service, where)
                assert [event.number for event in await heard(good, 1)] == [number]
            await until(overflow.done)
            with pytest.raises(TooSlowError):
                await anext(aiter(slow))
            assert told.of(SubscriberTooSlow) == [SubscriberTooSlow(where)]
            assert [event.number for event in told.of(EventPublished)] == [1, 2, 3, 4, 5]

    asyncio.run(run())


def test_whoever_was_away_for_longer_than_is_kept_is_to_fetch_the_list(store_url):
    async def run():
        async with serving(store_url) as service:
            where = repository()
            task = await add(service, where)
            for version in range(1, 102):
                await service.update(task.id, version, Fields(content=f"Number {version}"), ana())
            complete, gone = await service.subscribe(where, 2), await service.subscribe(where, 1)
            assert (complete.resync, gone.resync, gone.number) == (False, True, 102)
            assert [event.number for event in await heard(complete, 100)] == list(range(3, 103))
            await add(service, where)
            assert [event.number for event in await heard(gone, 1)] == [103]
            assert (await service.subscribe(where, 104)).resync

    asyncio.run(run())


def test_many_changes_of_one_task_in_one_batch_are_all_heard(store_url):
    async def run():
        async with serving(store_url) as service:
            where = repository()
            task = await add(service, where)
            feed = await service.subscribe(where, None)
            changes = [
                {
                    "op_id": f"{where}-{n}",
                    "action": "update",
                    "id": task.id,
                    "base_version": n,
                    "task": {"content": f"{n}"},
                }
                for n in range(1, 151)
            ]
            await service.sync(where, 0, changes, ana())
            assert [event.task.content for event in await heard(feed, 150)] == [f"{n}" for n in range(1, 151)]

    asyncio.run(run())


def test_those_who_listen_to_a_server_that_was_taken_over_from_are_to_come_back(store_url):
    async def run():
        where = repository()
        async with serving(store_url) as first:
            await add(first, where)
            feed = await first.subscribe(where, None)
            async with serving(store_url) as second:
                await add(second, where)
                await refused(first.list(where, None, 10, None))
                with pytest.raises(TooSlowError):
                    await anext(aiter(feed))

    asyncio.run(run())
