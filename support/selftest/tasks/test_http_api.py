"""The HTTP interface: every row of the contract's table of statuses, and what stands in the answers."""

import asyncio
import json

import pytest

from support.selftest.tasks.memory_core import MemoryCore
from support.selftest.tasks.served import application
from support.systems.tasks.app.server.core import StoreStatus, StoreUnavailableError
from support.systems.tasks.app.server.observing import BreakerState

TASKS, ONE = "/api/v1/tasks", "/api/v1/tasks/t1"
GOOD = {"repository": "web", "content": "Mend the login"}
FIRST = {"If-Match": '"1"'}


@pytest.fixture
def ask():
    """Send one request to a server that has one task, t1; the answer."""

    def ask(method, path, core=None, settings=None, **request):
        async def scenario():
            async with application(core or MemoryCore(), **(settings or {})) as client:
                await client.post(TASKS, json=GOOD)
                return await client.request(method, path, **request)

        return asyncio.run(scenario())

    return ask


def errors(answer):
    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_request")
    assert all(error["message"] for error in answer.json()["errors"])
    return {error["field"] for error in answer.json()["errors"]}


def test_a_task_is_created_as_the_contract_shows_it(ask):
    answer = ask("POST", TASKS, json={**GOOD, "priority": "high"}, headers={"Request-Id": "r-1"})

    assert (answer.status_code, answer.headers["ETag"], answer.headers["Request-Id"]) == (201, '"1"', "r-1")
    task = answer.json()
    assert (task["status"], task["priority"], task["version"]) == ("pending", "high", 1)
    assert list(task) == [
        *("id", "repository", "content", "status", "priority", "version", "created_at", "updated_at"),
    ]
    assert task["created_at"].endswith("+00:00")


def test_a_task_is_read_changed_and_deleted(ask):
    assert ask("GET", ONE).headers["ETag"] == '"1"'
    changed = ask("PATCH", ONE, json={"status": "done"}, headers=FIRST)
    assert (changed.status_code, changed.headers["ETag"], changed.json()["status"]) == (200, '"2"', "done")
    deleted = ask("DELETE", ONE, headers=FIRST)
    assert (deleted.status_code, deleted.content) == (204, b"")


def test_lists_have_pages_and_events_their_numbers(ask):
    assert ask("GET", TASKS, params={"repository": "web", "limit": 1}).json().keys() == {"tasks", "next", "number"}
    body = ask("GET", "/api/v1/events", params={"repository": "web", "since": 0}).json()
    assert (body["number"], body["events"][0]["kind"], body["events"][0]["number"]) == (1, "task.created", 1)


def test_a_replayed_answer_says_so():
    async def scenario():
        async with application(MemoryCore()) as client:
            keyed = {"Idempotency-Key": "k1"}
            first, again = [await client.post(TASKS, json=GOOD, headers=keyed) for _ in range(2)]
            other = await client.post(TASKS, json={**GOOD, "content": "Other"}, headers=keyed)
        assert "Idempotent-Replay" not in first.headers
        assert (again.json(), again.status_code, again.headers["Idempotent-Replay"]) == (first.json(), 201, "true")
        assert (other.status_code, other.json()["error"]) == (422, "key_reused")

    asyncio.run(scenario())


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"7", b'"a"', b"\xff", b"[" * 50_000, b'{"a": NaN}', b"1" * 5000])
def test_what_is_no_json_object_is_malformed(ask, body):
    answer = ask("POST", TASKS, content=body)

    assert (answer.status_code, answer.json()["error"]) == (400, "malformed_request")


@pytest.mark.parametrize(
    ("method", "path", "request_", "status", "error"),
    [
        ("GET", f"{TASKS}/t9", {}, 404, "not_found"),
        ("GET", "/nowhere", {}, 404, "not_found"),
        ("GET", f"{TASKS}/", {}, 404, "not_found"),
        ("PUT", TASKS, {}, 405, "method_not_allowed"),
        ("PATCH", ONE, {"json": {}, "headers": {"If-Match": '"9"'}}, 412, "stale_version"),
        ("POST", TASKS, {"content": b" " * 4_000_001}, 413, "too_large"),
        ("POST", "/api/v1/batch/sync", {"content": b" " * 4_000_001}, 413, "too_large"),
        ("GET", TASKS, {"headers": {"Client-Version": "2.0"}}, 426, "incompatible_version"),
        ("GET", TASKS, {"headers": {"Client-Version": "11"}}, 426, "incompatible_version"),
        ("PATCH", ONE, {"json": {}}, 428, "version_required"),
        ("DELETE", ONE, {}, 428, "version_required"),
    ],
)
def test_each_error_has_its_status_and_name(ask, method, path, request_, status, error):
    answer = ask(method, path, **request_)

    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json().keys() >= {"message", "request_id"}
    assert answer.headers["Request-Id"] == answer.json()["request_id"]


def test_errors_carry_what_the_contract_names(ask):
    stale = ask("PATCH", ONE, json={}, headers={"If-Match": '"9"'}).json()
    assert stale["current"]["id"] == "t1"
    assert ask("GET", TASKS, headers={"Client-Version": "2.0"}).json()["supported"] == "1"
    assert set(ask("PUT", TASKS).headers["Allow"].split(", ")) == {"GET", "HEAD", "POST"}


def test_all_mistakes_are_named_at_once(ask):
    body = {"content": "", "status": "sung", "colour": "red"}
    answer = ask("POST", TASKS, json=body, headers={"Idempotency-Key": "a b"})
    assert errors(answer) == {"repository", "content", "status", "colour", "Idempotency-Key"}

    answer = ask("PATCH", ONE, json={"priority": 7, "id": "t2"}, headers={"If-Match": "1"})
    assert errors(answer) == {"priority", "id", "If-Match"}

    query = [("status", "x"), ("limit", "0"), ("colour", "red"), ("after", "a"), ("after", "b")]
    assert errors(ask("GET", TASKS, params=query)) == {"repository", "status", "limit", "colour", "after"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("content", "a" * 20_001),
        ("content", "ü" * 10_001),
        ("content", "\ud800"),
        ("content", 7),
        ("content", None),
        ("repository", "a b"),
        ("repository", "web\n"),
        ("repository", "a" * 101),
        ("status", "DONE"),
        ("priority", None),
        ("colour", 1),
    ],
)
def test_a_wrong_field_is_named(ask, field, value):
    assert errors(ask("POST", TASKS, content=json.dumps({**GOOD, field: value}))) == {field}


def test_a_field_with_half_a_character_in_its_name_is_refused(ask):
    assert ask("POST", TASKS, content=json.dumps({**GOOD, "\ud800": 1})).status_code == 422


@pytest.mark.parametrize("limit", ["0", "1001", "1.0", "+1", " 1", "1_0", "٣", ""])
def test_limits_are_whole_numbers_in_their_range(ask, limit):
    assert errors(ask("GET", TASKS, params={"repository": "web", "limit": limit})) == {"limit"}


@pytest.mark.parametrize("change", [{"since": -1}, {"since": "0"}, {"changes": {}}, {"changes": [{}] * 10_001}])
def test_a_wrong_batch_is_refused(ask, change):
    body = {"repository": "web", "since": 0, "changes": [], **change}
    assert errors(ask("POST", "/api/v1/batch/sync", json=body)) == set(change)


def test_a_wrong_client_id_is_refused_and_a_wrong_request_id_replaced(ask):
    assert errors(ask("GET", TASKS, headers={"Client-Id": "a b"})) == {"Client-Id"}
    assert ask("GET", ONE, headers={"Request-Id": "a b"}).headers["Request-Id"] != "a b"


@pytest.mark.parametrize(("in_doubt", "outcome"), [(False, "not_done"), (True, "unknown")])
def test_without_the_store_the_outcome_is_told(in_doubt, outcome):
    async def scenario():
        core = MemoryCore()
        core.failure = StoreUnavailableError("The store does not answer.", retry_after_s=2.1, in_doubt=in_doubt)
        core.store_status = StoreStatus("down", BreakerState.OPEN, 5, 2.1)
        async with application(core) as client:
            answer = await client.post(TASKS, json=GOOD)
            health = await client.get("/health")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "3")
        assert (answer.json()["error"], answer.json()["outcome"]) == ("store_unavailable", outcome)
        breaker = {"state": "open", "failures": 5, "retry_after_seconds": 2.1}
        body = health.json()
        assert body.pop("started_at")
        assert body == {"status": "degraded", "store": "down", "breaker": breaker, "connections": 0}

    asyncio.run(scenario())


def test_a_defect_shows_nothing_of_the_inside():
    async def scenario():
        core = MemoryCore()
        core.failure = RuntimeError("secret")
        async with application(core) as client:
            answer = await client.get(ONE, headers={"Request-Id": "r-1"})
        assert (answer.status_code, answer.headers["Request-Id"]) == (500, "r-1")
        assert answer.json().keys() == {"error", "message", "request_id"}
        assert "secret" not in answer.text

    asyncio.run(scenario())
