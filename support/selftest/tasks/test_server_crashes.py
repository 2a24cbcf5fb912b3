"""The process of the server on a real store, killed amid writes: confirmed ones are kept, repeated ones count once."""

import asyncio
import sys

import httpx

from support.environments.local import local_environment
from support.probes.pings import http_get
from support.selftest.tasks.conftest import start_store
from support.selftest.tasks.stored import until

WRITERS, KILLS, EACH = 5, 1, 10
TASKS = "/api/v1/tasks"


def test_confirmed_writes_survive_kills_of_the_server_and_repeated_ones_count_once(tmp_path):
    with local_environment(tmp_path / "logs", seed=1) as local:
        store = start_store(local, "store", str(tmp_path / "data"))
        port = local.port("the server")
        server = local.spawn(
            "server",
            [sys.executable, "-m", "support.systems.tasks.app.server"],
            port,
            http_get("/health/live"),
            env={
                "TASKS_PORT": str(port),
                "TASKS_STORE_URL": f"http://127.0.0.1:{store.port}",
                "TASKS_PER_MINUTE": "0",
            },
        )
        server.await_ready()
        asyncio.run(_written_during_kills(server))


async def _written_during_kills(server):
    confirmed: dict[str, str] = {}
    wanted = (KILLS + 1) * EACH * WRITERS
    keys = iter([f"key-{number}" for number in range(wanted)])
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:

        async def write():
            for key in keys:
                while key not in confirmed:
                    await _add(client, key, confirmed)

        writing = [asyncio.create_task(write()) for _ in range(WRITERS)]
        for kill in range(1, KILLS + 1):
            await until(lambda kill=kill: len(confirmed) >= kill * EACH * WRITERS)
            server.kill()
            await asyncio.sleep(0.02)
            server.start()
        await asyncio.gather(*writing)
        listed = (await client.get(TASKS, params={"repository": "web", "limit": 1000})).json()
        heard = (await client.get("/api/v1/events", params={"repository": "web", "limit": 1000})).json()
    assert {task["content"]: task["id"] for task in listed["tasks"]} == confirmed
    assert len(listed["tasks"]) == wanted
    numbers = [event["number"] for event in heard["events"]]
    assert len(numbers) == wanted
    assert numbers == sorted(set(numbers))
    assert [event["task"]["content"] for event in heard["events"]] == [task["content"] for task in listed["tasks"]]


async def _add(client, key, confirmed):
    body, headers = {"repository": "web", "content": key}, {"Idempotency-Key": key, "Client-Id": "ana"}
    try:
        answer = await client.post(TASKS, json=body, headers=headers)
    except httpx.HTTPError:
        await asyncio.sleep(0.01)
        return
    if answer.status_code == 201:
        confirmed[key] = answer.json()["id"]
