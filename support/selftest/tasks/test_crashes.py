"""What was confirmed survives the sudden end of the store, and of the server."""

import asyncio
from contextlib import suppress
from uuid import uuid5

import pytest

from support.environments.local import local_environment
from support.selftest.tasks.conftest import start_store
from support.selftest.tasks.relay import Relay, is_write
from support.selftest.tasks.stored import add, ana, heard, refused, repository, serving, until
from support.systems.tasks.app.server.commands import NAMES
from support.systems.tasks.app.server.core import TaskError
from support.systems.tasks.app.server.model import Fields

KILLS = 2
IMPATIENT = {"store_timeout_s": 1.0, "breaker_failures": 3, "breaker_open_s": 0.05}
ALL = 100_000


def test_confirmed_writes_survive_kills_of_the_store(tmp_path):
    """Five writers add and change tasks while the store is killed. The ledger: what they were told, and subscribers heard."""
    with local_environment(tmp_path / "logs", seed=1) as local:
        asyncio.run(_written_during_kills(start_store(local, "store", str(tmp_path / "data"))))


async def _written_during_kills(store):
    where, confirmed, over = repository(), {}, asyncio.Event()

    async def write(service, writer):
        number = 0
        while not over.is_set():
            number += 1
            with suppress(TaskError):
                task = await add(service, where, f"{writer}-{number}")
                confirmed[task.id] = 1
                await service.update(task.id, 1, Fields(content=f"{task.content}+"), ana())
                confirmed[task.id] = 2
            await asyncio.sleep(0)

    async with serving(f"http://127.0.0.1:{store.port}", **IMPATIENT) as service:
        await add(service, where)
        feed = await service.subscribe(where, 0)
        writing = [asyncio.create_task(write(service, writer)) for writer in range(5)]
        for _ in range(KILLS):
            enough = len(confirmed) + 6
            await until(lambda enough=enough: len(confirmed) >= enough)
            store.kill()
            await asyncio.sleep(0.02)
            store.start()
        over.set()
        await asyncio.gather(*writing)
        async with asyncio.timeout(10):
            while await _fails(add(service, where, "Last")):
                pass
        before, number = await service.events(where, 0, ALL)
        assert await heard(feed, len(before)) == before
    async with serving(f"http://127.0.0.1:{store.port}") as fresh:
        assert await fresh.events(where, 0, ALL) == (before, number)
        versions = {event.task.id: event.task.version for event in before}
        assert not {task_id for task_id, version in confirmed.items() if versions.get(task_id, 0) < version}
        numbers = [event.number for event in before]
        assert numbers == sorted(set(numbers))


async def _fails(request) -> bool:
    try:
        await request
    except TaskError:
        await asyncio.sleep(0.01)
        return True
    return False


@pytest.mark.parametrize("late", ["creation", "update"])
def test_a_write_of_a_killed_server_that_arrives_late_changes_nothing(store, late):
    async def run():
        where, release = repository(), asyncio.Event()
        async with Relay(store.port).open() as relay:
            async with serving(relay.url) as killed:
                task = await add(killed, where, "First")
                relay.intercept = lambda line: release if is_write(line) else "pass"
                if late == "creation":
                    request = add(killed, where, "Late", key=where)
                else:
                    request = killed.update(task.id, 1, Fields(content="Late"), ana())
                under_way = asyncio.create_task(request)
                await until(lambda: is_write(relay.requests[-1]))
            assert (await refused(under_way)).fields["outcome"] == "unknown"
            relay.intercept = lambda _: "pass"
            async with serving(relay.url) as following:
                await add(following, where, "Second")
                arrived = relay.forwarded
                release.set()
                await until(lambda: relay.forwarded > arrived)
                tasks = (await following.list(where, None, 10, None)).tasks
                assert [one.content for one in tasks] == ["First", "Second"]
                if late == "creation":
                    missing = await refused(following.get(str(uuid5(NAMES, f"ana/{where}"))))
                    assert missing.error == "not_found"
                await add(following, where, "Third")
                assert [event.number for event in (await following.events(where, 0, ALL))[0]] == [1, 2, 3]

    asyncio.run(run())
