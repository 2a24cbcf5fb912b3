"""The rate limit, overload, and what is counted: exact numbers, and nothing for others to pay."""

import asyncio
from functools import partial

import httpx
import pytest
import structlog

from support.selftest.tasks.memory_core import MemoryCore
from support.selftest.tasks.served import application, listening
from support.systems.tasks.app.server import runtime
from support.systems.tasks.app.server.overload import Places

TASKS = "/api/v1/tasks"
WEB = {"repository": "web"}


def test_exactly_the_limit_is_let_through_for_each_client():
    async def scenario():
        async with application(MemoryCore(), per_minute=20) as client:

            async def ask(who, path=TASKS):
                return await client.get(path, params=WEB, headers={"Client-Id": who} if who else {})

            answers = await asyncio.gather(*(ask(who) for who in ("ana", "ben", "") for _ in range(30)))
            refused = [one for one in answers if one.status_code == 429]
            free = [await ask("ana", path) for path in ("/health", "/health/live")]
            by_address = await ask("127.0.0.1")
        assert [sum(one.status_code == 200 for one in answers[i : i + 30]) for i in (0, 30, 60)] == [20, 20, 20]
        assert {one.json()["error"] for one in refused} == {"rate_limited"}
        assert all(58 <= int(one.headers["Retry-After"]) <= 60 for one in refused)
        assert [one.status_code for one in free] == [200, 200]
        assert by_address.status_code == 200  # a name is no address

    asyncio.run(scenario())


@pytest.fixture
def waiting(monkeypatch):
    """Let requests wait for a place for so many seconds."""

    def wait(wait_s):
        monkeypatch.setattr(runtime, "Places", partial(Places, wait_s=wait_s))

    return wait


def test_some_requests_work_some_wait_and_the_rest_is_refused_at_once(waiting):
    async def scenario():
        waiting(wait_s=60)
        core = MemoryCore()
        core.gate = asyncio.Event()
        async with application(core) as client, asyncio.timeout(30):
            asked = [asyncio.create_task(client.get(TASKS, params=WEB)) for _ in range(64 + 256 + 10)]
            refused = asyncio.as_completed(asked)
            refused = [await next(refused) for _ in range(10)]
            assert (await client.get("/health")).status_code == 200
            core.gate.set()
            answers = await asyncio.gather(*asked)
        assert {(one.json()["error"], one.headers["Retry-After"]) for one in refused} == {("overloaded", "1")}
        assert [one.status_code for one in answers].count(200) == 64 + 256

    asyncio.run(scenario())


def test_nobody_waits_for_a_place_longer_than_allowed(waiting):
    async def scenario():
        waiting(wait_s=0.1)
        core = MemoryCore()
        core.gate = asyncio.Event()
        async with application(core) as client:
            working = [asyncio.create_task(client.get(TASKS, params=WEB)) for _ in range(64)]
            await asyncio.sleep(0)
            answer = await client.get(TASKS, params=WEB)
            core.gate.set()
            await asyncio.gather(*working)
            assert (await client.get(TASKS, params=WEB)).status_code == 200
        assert (answer.status_code, answer.json()["error"], answer.json()["outcome"]) == (503, "overloaded", "not_done")

    asyncio.run(scenario())


def test_slow_senders_hold_no_place():
    head = b"POST /api/v1/tasks HTTP/1.1\r\nHost: tasks\r\nContent-Length: 100\r\n\r\n{"

    async def scenario():
        async with listening(MemoryCore()) as address:
            senders = [await asyncio.open_connection(*address.split(":")) for _ in range(65)]
            for _, writer in senders:
                writer.write(head)
            async with asyncio.timeout(20), httpx.AsyncClient(base_url=f"http://{address}") as client:
                assert (await client.get("/health")).status_code == 200
                assert (await client.get(TASKS, params=WEB)).status_code == 200
            for _, writer in senders:
                writer.close()

    with structlog.testing.capture_logs() as lines:
        asyncio.run(scenario())
    assert "request.crashed" not in {line["event"] for line in lines}


def test_every_series_is_there_from_the_start():
    async def scenario():
        async with application(MemoryCore()) as client:
            await client.get(f"{TASKS}/t1", headers={"Request-Id": "r-1"})
            await client.request("BREW", "/nowhere")
            return (await client.get("/metrics")).text

    page = asyncio.run(scenario())
    lines = page.splitlines()
    for series in (
        'tasks_requests_total{method="POST",route="/api/v1/tasks",status="201"} 0.0',
        'tasks_requests_total{method="GET",route="/api/v1/tasks/{id}",status="404"} 1.0',
        'tasks_requests_total{method="other",route="other",status="404"} 1.0',
        'tasks_request_seconds_count{route="/api/v1/tasks/{id}"} 1.0',
        'tasks_store_calls_total{call="upsert",outcome="not_permitted"} 0.0',
        'tasks_breaker_transitions_total{to="half_open"} 0.0',
        "tasks_events_total 0.0",
        'tasks_conflicts_total{kind="delete_edit"} 0.0',
        "tasks_connections 0.0",
        "tasks_slow_subscribers_total 0.0",
    ):
        assert series in lines
