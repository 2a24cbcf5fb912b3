"""Compare and set: of changes that are based on the same version one succeeds, whatever way they come by."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx

from support.selftest.tasks.relay import Relay, is_write
from support.selftest.tasks.stored import add, ana, refused, repository, serving, until
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.model import Fields

WRITERS, EACH = 5, 10


def test_no_update_of_five_writers_is_lost(store_url):
    """Each adds its mark to the content, based on the version that it has read: the ledger of confirmed marks must be there."""

    async def run():
        async with serving(store_url) as service:
            task = await add(service, repository(), "start")
            confirmed = []

            async def write(writer):
                left = EACH
                while left:
                    seen = await service.get(task.id)
                    mark = f"{writer}-{left}"
                    try:
                        await service.update(task.id, seen.version, Fields(content=f"{seen.content} {mark}"), ana())
                    except TaskError:
                        continue
                    confirmed.append(mark)
                    left -= 1

            await asyncio.gather(*(write(writer) for writer in range(WRITERS)))
            now = await service.get(task.id)
            assert now.content.split()[1:] == confirmed
            assert now.version == 1 + WRITERS * EACH

    asyncio.run(run())


def test_of_an_update_a_deletion_and_a_batch_at_once_one_succeeds(store_url):
    async def run():
        async with serving(store_url) as service:
            where = repository()
            for _ in range(10):
                task = await add(service, where)
                change = {"op_id": uuid4().hex, "action": "update", "id": task.id, "base_version": 1}
                ends = await asyncio.gather(
                    service.update(task.id, 1, Fields(content="By Ana"), ana()),
                    service.delete(task.id, 1, ana()),
                    service.sync(where, 0, [{**change, "task": {"content": "By Bob"}}], ana()),
                    return_exceptions=True,
                )
                failed = [end for end in ends[:2] if isinstance(end, TaskError)]
                in_batch = ends[2].body["results"][0]["status"]
                assert len(failed) == (1 if in_batch == "conflict" else 2)

    asyncio.run(run())


def test_a_server_that_was_taken_over_from_changes_nothing_any_more(store_url):
    async def run():
        where = repository()
        async with serving(store_url) as first, _after(add(first, where)) as task, serving(store_url) as second:
            await second.update(task.id, 1, Fields(content="By the second"), ana())
            for attempt in (
                first.update(task.id, 2, Fields(content="By the first"), ana()),
                add(first, where, "Late"),
                first.get(task.id),
            ):
                assert (await refused(attempt)).error == "store_unavailable"
            assert [one.content for one in (await second.list(where, None, 10, None)).tasks] == ["By the second"]
            await add(second, where, "Next")
            events, number = await second.events(where, 0, 10)
            assert ([event.number for event in events], number) == ([1, 2, 3], 3)

    asyncio.run(run())


def test_a_task_that_came_too_late_from_the_server_before_may_be_made_anew(store_url):
    async def run():
        where = repository()
        async with serving(store_url) as first, _after(add(first, where)), serving(store_url) as second:
            await add(second, where, "Second")
            lost = await refused(add(first, where, "Late", key=f"{where}-late"))
            assert lost.fields["outcome"] == "unknown"
            made = await add(second, where, "Late", key=f"{where}-late")
            assert (await second.get(made.id)).content == "Late"
            events, _ = await second.events(where, 0, 10)
            assert [event.number for event in events] == [1, 2, 3]

    asyncio.run(run())


@asynccontextmanager
async def _after(request):
    yield await request


def test_a_change_behind_the_servers_back_is_not_overwritten(store):
    """As if another writer came between reading a task and writing it."""

    async def run():
        async with Relay(store.port).open() as relay, serving(relay.url) as service:
            task = await add(service, repository())
            release = asyncio.Event()
            relay.intercept = lambda line: release if is_write(line) else "pass"
            late = asyncio.create_task(service.update(task.id, 1, Fields(content="Late"), ana()))
            await until(lambda: is_write(relay.requests[-1]))
            relay.intercept = lambda _: "pass"
            theirs = task.model_copy(update={"content": "First", "version": 2}).model_dump(mode="json")
            async with httpx.AsyncClient(base_url=relay.url) as foreign:
                change = {"payload": {"token": "foreign", "task": theirs}, "points": [task.id]}
                await foreign.post("/collections/tasks/points/payload?wait=true", json=change)
            release.set()
            assert (await refused(late)).error == "stale_version"
            assert (await service.get(task.id)).content == "First"

    asyncio.run(run())
