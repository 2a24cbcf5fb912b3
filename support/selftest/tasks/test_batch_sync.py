"""Batch sync: what becomes of each change, every kind of conflict, and batches that are repeated."""

import asyncio
import itertools
from typing import Any
from uuid import uuid5

import pytest

from support.selftest.tasks.stored import Heard, add, ana, refused, repository, serving
from support.systems.tasks.app.server.commands import NAMES
from support.systems.tasks.app.server.core import Intention
from support.systems.tasks.app.server.model import ConflictKind, Fields, NewTask, Status
from support.systems.tasks.app.server.observing import ConflictRecorded

NOWHERE = "3f0c0000-0000-4000-8000-000000000000"
BOB = Intention("bob")
DONE = Fields(status=Status.DONE)
_ops = (f"op-{number}" for number in itertools.count())


def with_a_service(test, store_url):
    async def run():
        async with serving(store_url) as service:
            await test(service, repository())

    asyncio.run(run())


def create(content="New", **more):
    return {"op_id": next(_ops), "action": "create", "task": {"content": content}, **more}


def update(task_id: str, base_version: int, op_id: str = "", **fields: str) -> dict[str, Any]:
    return {
        "op_id": op_id or next(_ops),
        "action": "update",
        "id": task_id,
        "base_version": base_version,
        "task": fields,
    }


def delete(task_id: str, base_version: int) -> dict[str, Any]:
    return {"op_id": next(_ops), "action": "delete", "id": task_id, "base_version": base_version}


async def sync(service, where, *changes, since=0, who=BOB):
    return (await service.sync(where, since, changes, who)).body


async def one(service, where, change):
    return (await sync(service, where, change))["results"][0]


def test_changes_go_in_and_those_of_others_come_out(store_url):
    async def test(service, where):
        mine, theirs, gone = [await add(service, where, content) for content in ("Mine", "Theirs", "Gone")]
        await service.update(theirs.id, 1, DONE, ana())
        await service.delete(gone.id, 1, ana())
        new = create(changed_at="yesterday")
        body = await sync(service, where, new, update(mine.id, 1, content="Changed"), since=3)
        assert (body["repository"], body["number"]) == (where, 7)
        made, changed = body["results"]
        assert (made["op_id"], made["status"], made["task"]["content"]) == (new["op_id"], "applied", "New")
        assert made["task"]["id"] == str(uuid5(NAMES, f"bob/{new['op_id']}"))
        assert (changed["status"], changed["task"]["content"], changed["task"]["version"]) == ("applied", "Changed", 2)
        assert [(task["content"], task.get("deleted")) for task in body["changes"]] == [
            ("Theirs", None),
            ("Gone", True),
        ]
        everything = await sync(service, where)
        assert [task["content"] for task in everything["changes"]] == ["Theirs", "Gone", "New", "Changed"]
        assert (await sync(service, where, since=everything["number"]))["changes"] == []

    with_a_service(test, store_url)


@pytest.mark.parametrize(
    ("before", "change", "kind", "lost"),
    [
        ("edited", lambda task: update(task, 1, status="in_progress"), "edit_edit", {"status": "in_progress"}),
        ("deleted", lambda task: update(task, 1, content="X"), "edit_delete", {"content": "X"}),
        ("deleted", lambda task: update(task, 2, content="X"), "edit_delete", {"content": "X"}),
        ("edited", lambda task: delete(task, 1), "delete_edit", {"deleted": True}),
        ("edited", lambda task: update(task, 9, content="X"), "stale_version", {"content": "X"}),
        ("edited", lambda task: delete(task, 9), "stale_version", {"deleted": True}),
    ],
)
def test_a_conflict_keeps_the_servers_task_and_the_lost_content(store_url, before, change, kind, lost):
    async def test(service, where):
        made = await add(service, where)
        after = await (
            service.update(made.id, 1, DONE, ana()) if before == "edited" else service.delete(made.id, 1, ana())
        )
        now = after.task.model_dump(mode="json")
        sent = {**change(made.id), "changed_at": "yesterday"}
        body = await sync(service, where, sent, since=2)
        (result,) = body["results"]
        assert (result["status"], result["task"], body["changes"]) == ("conflict", now, [])
        record = result["conflict"]
        assert record.pop("id")
        assert record.pop("at")
        assert record == {
            "repository": where, "task_id": made.id, "kind": kind, "strategy": "server_wins", "op_id": sent["op_id"],
            "client_id": "bob", "base_version": sent["base_version"], "kept": now, "lost": lost, "changed_at": "yesterday",
        }  # fmt: skip
        again = await one(service, where, sent)
        assert again == (await sync(service, where, sent))["results"][0]
        kept = [conflict.model_dump(mode="json") for conflict in await service.conflicts(where)]
        assert kept == [again["conflict"]]

    with_a_service(test, store_url)


def test_two_deletions_and_an_edit_that_changes_nothing_are_no_conflicts(store_url):
    async def test(service, where):
        made = await add(service, where)
        await service.update(made.id, 1, DONE, ana())
        nothing = update(made.id, 1, status="done")
        result = await one(service, where, nothing)
        assert (result["status"], result["task"]["version"]) == ("applied", 2)
        await service.update(made.id, 2, Fields(content="Changed"), ana())
        assert (await one(service, where, nothing))["status"] == "applied"  # it was, and is not judged anew
        assert (await one(service, where, update(made.id, 3)))["task"]["version"] == 3
        await service.delete(made.id, 3, ana())
        result = await one(service, where, delete(made.id, 1))
        assert (result["status"], result["task"]["deleted"], result["task"]["version"]) == ("applied", True, 4)
        assert (await sync(service, where))["number"] == 4
        assert await service.conflicts(where) == []

    with_a_service(test, store_url)


def test_changes_of_one_task_are_applied_each_on_the_one_before(store_url):
    async def test(service, where):
        new = create()
        task_id = str(uuid5(NAMES, f"bob/{new['op_id']}"))
        changes = (new, update(task_id, 1, content="Two"), update(task_id, 2, status="done"), delete(task_id, 3))
        body = await sync(service, where, *changes)
        assert [(result["status"], result["task"]["version"]) for result in body["results"]] == [
            ("applied", version) for version in (1, 2, 3, 4)
        ]
        assert [event.number for event in (await service.events(where, 0, 10))[0]] == [1, 2, 3, 4]

    with_a_service(test, store_url)


def test_what_builds_on_a_lost_change_is_lost_as_well(store_url):
    async def test(service, where):
        made, other = await add(service, where), await add(service, where)
        await service.update(made.id, 1, DONE, ana())
        changes = (
            update(made.id, 1, content="Lost"), update(other.id, 1, content="Fine"), update(made.id, 2, content="Built"),
            delete(made.id, 2), {**update(other.id, 2, content="Wrong"), "base_version": "2"}, update(other.id, 2, content="X"),
        )  # fmt: skip
        body = await sync(service, where, *changes)
        told = [(result["status"], result.get("conflict", {}).get("kind")) for result in body["results"]]
        assert told == [
            ("conflict", "edit_edit"), ("applied", None), ("conflict", "edit_edit"), ("conflict", "delete_edit"),
            ("refused", None), ("conflict", "edit_edit"),
        ]  # fmt: skip
        assert (await service.get(made.id)).version == 2
        assert {task["id"] for task in body["changes"]} == {made.id, other.id}

    with_a_service(test, store_url)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"action": "create", "task": {"content": "X"}}, "op_id"),
        ({"op_id": "a b", "action": "create", "task": {"content": "X"}}, "op_id"),
        ({"op_id": "a", "task": {}}, "action"),
        ({"op_id": "a", "action": "burn"}, "action"),
        ({"op_id": "a", "action": "create", "task": {"content": ""}}, "task.content"),
        ({"op_id": "a", "action": "create", "task": {"content": "X", "status": "lost"}}, "task.status"),
        ({"op_id": "a", "action": "create", "task": {"content": "X", "id": NOWHERE}}, "task.id"),
        (
            {"op_id": "a", "action": "update", "id": NOWHERE, "base_version": 0, "task": {"content": "X"}},
            "base_version",
        ),
        ({"op_id": "a", "action": "update", "id": 7, "base_version": 1, "task": {"content": "X"}}, "id"),
        ({"op_id": "a", "action": "delete", "id": NOWHERE, "base_version": 1, "task": {}}, "task"),
    ],
)
def test_a_wrong_change_is_refused_by_itself(store_url, change, field):
    async def test(service, where):
        wrong, right = (await sync(service, where, change, create()))["results"]
        assert (wrong["status"], wrong["error"], wrong["op_id"]) == ("refused", "invalid_request", change.get("op_id"))
        assert [error["field"] for error in wrong["errors"]] == [field]
        assert right["status"] == "applied"

    with_a_service(test, store_url)


def test_tasks_that_are_not_there_and_keys_of_other_changes_are_refused(store_url):
    async def test(service, where):
        elsewhere = await add(service, f"{where}-2")
        for task_id in (NOWHERE, "7", elsewhere.id):
            assert (await one(service, where, update(task_id, 1, content="X")))["error"] == "not_found"
        made = await add(service, where)
        used = update(made.id, 1, content="One")
        assert (await one(service, where, used))["status"] == "applied"
        in_conflict = update(made.id, 1, content="Two")
        assert (await one(service, where, in_conflict))["status"] == "conflict"
        for op_id in (used["op_id"], in_conflict["op_id"]):
            assert (await one(service, where, update(made.id, 2, op_id, content="Three")))["error"] == "key_reused"
        assert (await one(service, where, {**create(), "op_id": used["op_id"]}))["error"] == "key_reused"

    with_a_service(test, store_url)


def test_a_change_has_its_effect_once_whatever_way_it_comes(store_url):
    async def test(service, where):
        new = create("Once")
        intention = Intention("bob", new["op_id"])
        made = await service.create(NewTask(repository=where, content="Once"), intention)
        assert (await one(service, where, new))["task"]["id"] == made.task.id
        first, second = await asyncio.gather(*(sync(service, where, new, create("Twice")) for _ in range(2)))
        assert first["results"][0] == second["results"][0]
        change = update(made.task.id, 1, content="Changed")
        await one(service, where, change)
        again = await service.update(made.task.id, 1, Fields(content="Changed"), Intention("bob", change["op_id"]))
        assert (again.replayed, again.task.version) == (True, 2)

    with_a_service(test, store_url)


def test_a_batch_with_a_key_is_answered_as_the_first_time(store_url):
    async def test(service, where):
        keyed = Intention("bob", f"batch-of-{where}")
        changes = [create(), {"op_id": "\ud800", "action": 10**30}]  # what came is told again, whatever it is
        first, second = await asyncio.gather(*(service.sync(where, 0, changes, keyed) for _ in range(2)))
        assert (first.replayed, second.replayed, second.body) == (False, True, first.body)
        await add(service, where)
        assert (await service.sync(where, 0, changes, keyed)).body == first.body
        for other in (service.sync(where, 1, changes, keyed), service.sync(where, 0, changes[:1], keyed)):
            assert (await refused(other)).error == "key_reused"

    with_a_service(test, store_url)


def test_a_long_batch_is_applied_in_portions_and_in_order(store_url):
    async def test(service, where):
        changes = [create(f"Task {number}") for number in range(1100)]
        body = await sync(service, where, *changes)
        assert {result["status"] for result in body["results"]} == {"applied"}
        assert (body["number"], body["changes"]) == (1100, [])
        page = await service.list(where, None, 1000, None)
        assert [task.content for task in page.tasks] == [f"Task {number}" for number in range(1000)]
        assert len((await sync(service, where))["changes"]) == 1100

    with_a_service(test, store_url)


def test_a_clash_makes_one_record_though_its_batch_comes_twice_at_once(store_url):
    async def run():
        told = Heard()
        async with serving(store_url, told) as service:
            where = repository()
            made = await add(service, where)
            await service.update(made.id, 1, DONE, ana())
            change = update(made.id, 1, content="Lost")
            first, second = await asyncio.gather(*(one(service, where, change) for _ in range(2)))
            assert first == second
            assert [conflict.model_dump(mode="json") for conflict in await service.conflicts(where)] == [
                first["conflict"]
            ]
            assert told.of(ConflictRecorded) == [ConflictRecorded(where, made.id, ConflictKind.EDIT_EDIT)]

    asyncio.run(run())
