"""The core on a real store: changes, versions, keys, pages; and what is left after everything was killed."""

import asyncio
from uuid import uuid5

import httpx
import pytest

from support.selftest.tasks.stored import add, ana, heard, refused, repository, serving
from support.systems.tasks.app.server.commands import NAMES
from support.systems.tasks.app.server.core import Intention
from support.systems.tasks.app.server.model import EventKind, Fields, NewTask, Priority, Status

NOWHERE = "3f0c0000-0000-4000-8000-000000000000"
OWNER = "00000000-0000-4000-8000-000000000001"
DONE = Fields(status=Status.DONE)


def with_a_service(test, store_url, **settings):
    async def run():
        async with serving(store_url, **settings) as service:
            await test(service, repository())

    asyncio.run(run())


def test_a_task_is_made_changed_and_deleted(store_url):
    async def test(service, where):
        new = NewTask(repository=where, content="Mend the login", priority=Priority.HIGH)
        made = (await service.create(new, ana())).task
        assert (made.content, made.status, made.priority, made.version) == ("Mend the login", "pending", "high", 1)
        assert await service.get(made.id) == made
        done = (await service.update(made.id, 1, DONE, ana())).task
        assert (done.status, done.version, done.content, done.created_at) == ("done", 2, made.content, made.created_at)
        assert done.updated_at >= made.updated_at
        deleted = (await service.delete(made.id, 2, ana())).task
        assert (deleted.deleted, deleted.version, deleted.content) == (True, 3, made.content)
        assert (await refused(service.get(made.id))).error == "not_found"
        events, number = await service.events(where, 0, 10)
        assert [(event.number, event.kind) for event in events] == [
            (1, EventKind.CREATED), (2, EventKind.UPDATED), (3, EventKind.DELETED),
        ]  # fmt: skip
        assert ([event.task for event in events], number) == ([made, done, deleted], 3)

    with_a_service(test, store_url)


def test_a_change_of_an_old_version_is_refused_with_the_task_as_it_is(store_url):
    async def test(service, where):
        made = await add(service, where)
        done = (await service.update(made.id, 1, DONE, ana())).task
        for version in (1, 3):
            stale = await refused(service.update(made.id, version, DONE, ana()))
            assert (stale.status, stale.error) == (412, "stale_version")
            assert stale.fields["current"] == done.model_dump(mode="json")
        tombstone = (await service.delete(made.id, 2, ana())).task
        stale = await refused(service.delete(made.id, 2, ana()))
        assert stale.fields["current"] == tombstone.model_dump(mode="json")
        assert (await refused(service.update(made.id, 3, DONE, ana()))).error == "not_found"

    with_a_service(test, store_url)


@pytest.mark.parametrize("task_id", [NOWHERE, OWNER, "7", "", "../tasks", NOWHERE.upper()])
def test_what_is_no_task_is_not_found(store_url, task_id):
    async def test(service, _):
        for asked in (service.get(task_id), service.update(task_id, 1, DONE, ana()), service.delete(task_id, 1, ana())):
            assert (await refused(asked)).error == "not_found"

    with_a_service(test, store_url)


def test_a_request_with_a_key_has_its_effect_once(store_url):
    async def test(service, where):
        new = NewTask(repository=where, content="Mend the login")
        first, *others = await asyncio.gather(*(service.create(new, ana(f"{where}-1")) for _ in range(5)))
        made = first.task
        assert [first.replayed, *(other.replayed for other in others)] == [False, True, True, True, True]
        assert {other.task.id for other in others} == {made.id}
        done = await service.update(made.id, 1, DONE, ana(f"{where}-2"))
        await service.update(made.id, 2, Fields(content="Later"), ana(f"{where}-3"))
        again = await service.update(made.id, 1, DONE, ana(f"{where}-2"))
        assert (again.task, again.replayed) == (done.task, True)
        deleted = await service.delete(made.id, 3, ana(f"{where}-4"))
        again = await service.delete(made.id, 3, ana(f"{where}-4"))
        assert (again.task, again.replayed) == (deleted.task, True)
        again = await service.create(new, ana(f"{where}-1"))
        assert (again.task, again.replayed) == (made, True)
        assert (await service.list(where, None, 10, None)).number == 4

    with_a_service(test, store_url)


def test_a_key_of_another_request_is_refused_and_nothing_is_done(store_url):
    async def test(service, where):
        made = (await service.create(NewTask(repository=where, content="One"), ana(where))).task
        other = await add(service, where, "Other")
        await service.update(other.id, 1, DONE, ana(f"{where}-done"))
        for reused in (
            service.create(NewTask(repository=where, content="Two"), ana(where)),
            service.create(NewTask(repository=f"{where}-2", content="One"), ana(where)),
            service.create(NewTask(repository=where, content="Two"), ana(f"{where}-done")),
            service.update(made.id, 1, DONE, ana(where)),
            service.update(made.id, 1, DONE, ana(f"{where}-done")),
            service.delete(other.id, 2, ana(f"{where}-done")),
        ):
            error = await refused(reused)
            assert (error.status, error.error) == (422, "key_reused")
        assert (await service.list(where, None, 10, None)).number == 3
        bobs = await service.create(NewTask(repository=where, content="Two"), Intention("bob", where))
        assert bobs.task.id != made.id

    with_a_service(test, store_url)


def test_the_id_of_a_created_task_follows_from_client_and_key(store_url):
    async def test(service, where):
        assert (await add(service, where, key=where)).id == str(uuid5(NAMES, f"ana/{where}"))

    with_a_service(test, store_url)


def test_a_list_comes_in_pages_by_time_of_creation(store_url):
    async def test(service, where):
        tasks = [await add(service, where, f"Task {number}") for number in range(7)]
        await add(service, f"{where}-2")
        await service.delete(tasks[2].id, 1, ana())
        await service.update(tasks[0].id, 1, DONE, ana())
        seen, after = [], None
        while True:
            page = await service.list(where, None, 2, after)
            seen += [task.content for task in page.tasks]
            after = page.following
            if after is None:
                break
        assert seen == [f"Task {number}" for number in (0, 1, 3, 4, 5, 6)]
        assert page.number == 9
        assert [task.id for task in (await service.list(where, Status.DONE, 10, None)).tasks] == [tasks[0].id]
        assert len((await service.list(where, Status.PENDING, 10, tasks[2].id)).tasks) == 4
        assert (await service.list("unheard-of", None, 10, None)).number == 0
        for wrong in ("x", NOWHERE):
            error = await refused(service.list(where, None, 10, wrong))
            assert error.fields["errors"][0]["field"] == "after"

    with_a_service(test, store_url)


def test_a_key_outlives_the_100_changes_that_are_kept(store_url):
    async def test(service, where):
        made = await add(service, where, key=where)
        changed = await service.update(made.id, 1, DONE, ana(f"{where}-2"))
        for version in range(2, 110):
            await service.update(made.id, version, Fields(content=f"Number {version}"), ana())
        now = await service.get(made.id)
        for again in (
            await service.create(NewTask(repository=where, content="Mend the login"), ana(where)),
            await service.update(made.id, 1, DONE, ana(f"{where}-2")),
        ):
            assert (again.replayed, again.task) == (True, now)
        assert changed.task.version == 2
        events, number = await service.events(where, 0, 1000)
        assert ([event.number for event in events], number) == (list(range(11, 111)), 110)
        assert [event.task.version for event in events] == list(range(11, 111))

    with_a_service(test, store_url)


def test_a_server_that_starts_goes_on_from_what_the_store_has(store_url):
    async def run():
        where = repository()
        async with serving(store_url) as first:
            made = await add(first, where, key=where)
            await first.update(made.id, 1, DONE, ana(f"{where}-2"))
        async with serving(store_url) as second:
            feed = await second.subscribe(where, 1)
            assert feed.number == 2
            again = await second.create(NewTask(repository=where, content="Mend the login"), ana(where))
            assert (again.replayed, again.task) == (True, made)
            await add(second, where, "Next")
            assert [event.number for event in await heard(feed, 2)] == [2, 3]

    asyncio.run(run())


@pytest.mark.parametrize("first", [add, lambda service, where: service.list(where, None, 10, None)])
def test_a_store_that_has_lost_everything_is_set_up_anew(store_url, first):
    async def test(service, where):
        await add(service, where, key=where)
        async with httpx.AsyncClient(base_url=store_url) as disk:
            for collection in ("tasks", "conflicts", "batches"):
                await disk.delete(f"/collections/{collection}")
        assert (await refused(first(service, where))).fields["outcome"] == "not_done"
        made = await add(service, where, key=where)
        ((event,), number) = await service.events(where, 0, 10)
        assert event.task == made
        assert event.number == number > 1

    with_a_service(test, store_url)
