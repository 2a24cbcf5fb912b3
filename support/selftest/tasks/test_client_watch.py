"""Following events: each once, none left out, whatever the connection and the server do."""

import asyncio
import itertools
import json
import time
from contextlib import asynccontextmanager

import pytest

from support.selftest.tasks.client_standin import CLOSE, GOOD, QUIET, Status
from support.systems.tasks.app.client.database import Database
from support.systems.tasks.app.client.errors import RefusedError, UnreachableError
from support.systems.tasks.app.client.knowledge import Knowledge
from support.systems.tasks.app.client.watch import Listener, Watch

WITHIN_S = 20
NOBODY = "http://127.0.0.1:1"


def _watch(person, heard, since=0, enough=None):
    def event(told, received):
        heard.append(told.number)
        return told.number == enough

    async def resync(told, received):
        raise AssertionError(received)

    return Watch(person.settings, "ana", "default", since, Listener(event, resync))


async def _until(check):
    async with asyncio.timeout(WITHIN_S):
        while not check():  # noqa: ASYNC110  another thread fulfils it
            await asyncio.sleep(0.005)


@asynccontextmanager
async def _watching(person, heard, since=0):
    task = asyncio.create_task(_watch(person, heard, since).run(give_up=False))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _add(standin, count):
    for number in range(count):
        standin.lists.create("default", f"task {number}")


def test_events_are_heard_in_order_from_where_one_stood(standin, ana):
    _add(standin, 3)
    heard = []

    async def scenario():
        async with _watching(ana, heard, since=1):
            await _until(lambda: heard == [2, 3])
            _add(standin, 2)
            await _until(lambda: len(heard) == 4)

    asyncio.run(scenario())

    assert heard == [2, 3, 4, 5]
    assert standin.subscribed == [1]


def test_across_restarts_nothing_is_missed_and_nothing_told_twice(standin, ana):
    heard = []

    async def scenario():
        async with _watching(ana, heard):
            for _ in range(3):
                _add(standin, 2)
                await _until(lambda: len(heard) == standin.lists.number("default"))
                await asyncio.to_thread(standin.stop)
                _add(standin, 2)
                await asyncio.to_thread(standin.start)
            await _until(lambda: len(heard) == 12)

    asyncio.run(scenario())

    assert heard == list(range(1, 13))
    assert list(dict.fromkeys(standin.subscribed)) == [
        0,
        2,
        6,
        10,
    ]  # it may reach the server once more while that stops


def test_what_the_server_tells_again_is_not_heard_again(standin, ana):
    _add(standin, 3)
    standin.overlap = 2
    heard = []

    asyncio.run(_watch(ana, heard, since=2, enough=3).run(give_up=True))

    assert heard == [3]


def test_a_server_that_accepts_and_closes_is_not_hammered(standin, ana):
    standin.greetings.extend([CLOSE] * 4)
    _add(standin, 1)
    heard = []

    asyncio.run(_watch(ana, heard, enough=1).run(give_up=False))

    waits = [later - earlier for earlier, later in itertools.pairwise(standin.opened)]
    assert len(waits) == 4
    for wait, least in zip(waits, [0.04, 0.08, 0.1, 0.1], strict=True):
        assert wait >= least


def test_a_server_that_closes_after_the_subscription_is_not_hammered_either(standin, ana):
    heard = []

    async def scenario():
        async with _watching(ana, heard):
            for count in range(1, 5):
                await _until(lambda count=count: len(standin.subscribed) == count)
                standin.drop()

    asyncio.run(scenario())

    waits = [later - earlier for earlier, later in itertools.pairwise(standin.opened[:4])]
    for wait, least in zip(waits, [0.04, 0.08, 0.1], strict=True):
        assert wait >= least


@pytest.mark.parametrize("greeting", [Status(503), Status(429), 1012, 1013, 1011])
def test_what_may_pass_is_tried_again(standin, ana, greeting):
    standin.greetings.append(greeting)
    _add(standin, 1)
    heard = []

    asyncio.run(_watch(ana, heard, enough=1).run(give_up=True))

    assert heard == [1]
    assert len(standin.opened) == 2


@pytest.mark.parametrize("greeting", [Status(426), Status(404), 4426, 1008])
def test_what_is_refused_ends_it(standin, ana, greeting):
    standin.greetings.append(greeting)

    with pytest.raises(RefusedError) as refused:
        asyncio.run(_watch(ana, []).run(give_up=False))

    assert len(standin.opened) == 1
    assert (refused.value.error == "incompatible_version") == (greeting in (Status(426), 4426))


def test_the_wait_that_the_server_asks_for_is_kept(standin, ana):
    standin.greetings.append(Status(429, {"Retry-After": "1"}))
    _add(standin, 1)

    asyncio.run(_watch(ana, [], enough=1).run(give_up=False))

    assert standin.opened[1] - standin.opened[0] >= 1


def test_a_connection_on_which_nothing_is_subscribed_is_given_up(standin, ana):
    ana.variables["TASKS_ATTEMPT_TIMEOUT_S"] = "0.2"
    standin.greetings.append(QUIET)
    _add(standin, 1)
    heard = []

    asyncio.run(_watch(ana, heard, enough=1).run(give_up=False))

    assert heard == [1]


def test_without_a_first_connection_only_a_watch_of_some_events_gives_up(standin, ana):
    ana.variables["TASKS_ATTEMPTS"] = "3"
    standin.greetings.extend([CLOSE] * 9)

    with pytest.raises(UnreachableError):
        asyncio.run(_watch(ana, []).run(give_up=True))

    assert len(standin.opened) == 3


def test_after_a_first_connection_no_watch_gives_up(standin, ana):
    ana.variables["TASKS_ATTEMPTS"] = "2"
    standin.greetings.extend([GOOD, *[CLOSE] * 5])
    heard = []

    async def scenario():
        watching = asyncio.create_task(_watch(ana, heard, enough=1).run(give_up=True))
        await _until(lambda: standin.subscribed)
        standin.drop()
        await _until(lambda: len(standin.opened) == 7)
        _add(standin, 1)
        await watching

    asyncio.run(scenario())

    assert heard == [1]


def test_the_command_ends_with_3_if_there_is_no_server(ana):
    said = ana.json("watch", "--events", "1", SERVER=NOBODY, ATTEMPTS=2)

    assert (said.status, said.out, json.loads(said.err)["error"]) == (3, "", "unreachable")


def test_the_command_prints_events_as_received_and_goes_on_where_it_ended(standin, ana):
    _add(standin, 5)

    first, second = ana.json("watch", "--events", "2"), ana.json("watch", "--events", "3")

    assert first.lines == standin.lists.events("default", 0)[:2]
    assert second.lines == standin.lists.events("default", 2)
    assert len(ana.json("list").lines) == 5


def test_the_first_watch_begins_where_the_last_sync_ended(standin, ana):
    _add(standin, 2)
    ana.says("sync")
    _add(standin, 1)

    assert [event["number"] for event in ana.json("watch", "--events", "1").lines] == [3]


def test_plain_events_take_one_line_each(standin, ana):
    standin.lists.create("default", "A\nB")

    assert ana.says("watch", "--events", "1").out.startswith("#1 created ")


def test_what_is_no_longer_told_is_fetched(standin, ana):
    _add(standin, 3)
    standin.lists.forgotten = 2
    with ana.start("--json", "watch", "--events", "1") as process:
        assert json.loads(process.stdout.readline()) == {"type": "resync", "repository": "default", "number": 3}
        standin.drop()
        _add(standin, 1)
        assert json.loads(process.stdout.readline())["number"] == 4
        assert process.wait(WITHIN_S) == 0

    assert len(ana.json("list").lines) == 4
    assert standin.subscribed == [0, 3]


def test_a_list_that_cannot_be_fetched_is_fetched_with_the_next_connection(standin, ana):
    _add(standin, 3)
    standin.lists.forgotten = 2
    standin.script.extend([Status(503)] * 2)
    ana.variables["TASKS_ATTEMPTS"] = "2"
    with ana.start("--json", "watch") as process:
        assert json.loads(process.stdout.readline())["type"] == "resync"

    assert standin.subscribed == [0, 0]
    assert len(standin.requests) == 3


def test_the_next_watch_begins_after_what_was_fetched(standin, ana):
    _add(standin, 4)
    ana.says("watch", "--events", "1")
    standin.lists.forgotten = 3
    database = Database(ana.settings.home)
    with ana.start("watch"):
        asyncio.run(_until(lambda: Knowledge(database).watched("default") == 4))
    database.close()


def test_malformed_messages_are_a_lost_connection(standin, ana):
    standin.greetings.extend(["{", '{"type": "event", "repository": "default"}', GOOD])
    _add(standin, 1)
    heard = []
    began = time.monotonic()

    asyncio.run(_watch(ana, heard, enough=1).run(give_up=False))

    assert heard == [1]
    assert len(standin.opened) == 3
    assert time.monotonic() - began < WITHIN_S
