"""The server as a process on a real store: one task on its way through all protocols, signals, settings and the log."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import httpx
import pytest
from mcp import Client
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from support.core.checkout import CHECKOUT
from support.core.eventually import eventually
from support.selftest.tasks import programs

NOWHERE = "http://127.0.0.1:1"
SUBSCRIBE = json.dumps({"type": "subscribe", "repository": "web", "since": 0})
CONTENT = "Mend the login"


@pytest.fixture(scope="module")
def store_process(tmp_path_factory):
    with programs.store(tmp_path_factory.mktemp("store")) as process_and_address:
        yield process_and_address


@pytest.fixture
def store(store_process):
    return store_process[1]


def to(address, **options):
    return connect(f"ws://{address}/ws", proxy=None, close_timeout=1, **options)


async def hear(client):
    async with asyncio.timeout(20):
        return json.loads(await client.recv())


def started_at(address):
    return httpx.get(f"http://{address}/health/live").json()["started_at"]


def test_a_task_goes_through_all_protocols(store, tmp_path):
    async def scenario(address):
        async with httpx.AsyncClient(base_url=f"http://{address}/api/v1") as http, to(address) as ws:
            await ws.send(json.dumps({"type": "subscribe", "repository": "web"}))
            number = (await hear(ws))["number"]
            created = await http.post("/tasks", json={"repository": "web", "content": CONTENT})
            assert created.status_code == 201, created.text
            event = await hear(ws)
            async with asyncio.timeout(30), Client(f"http://{address}/mcp") as mcp:
                result = await mcp.call_tool("get_task", {"id": created.json()["id"]})
            assert event == {
                "type": "event",
                "repository": "web",
                "number": event["number"],
                "kind": "task.created",
                "task": created.json(),
            }
            assert event["number"] > number
            assert result.structured_content == created.json()
            health = (await http.get(f"http://{address}/health")).json()
            assert (health["status"], health["store"], health["connections"]) == ("healthy", "up", 1)

    with programs.server(tmp_path, store) as (_, address):
        asyncio.run(scenario(address))
    lines = [json.loads(line) for line in (tmp_path / "server.log").read_text().splitlines()]
    assert all({"timestamp", "level", "event", "request_id"} <= line.keys() for line in lines)
    done = [line for line in lines if line["event"] == "request.done" and line["method"] == "POST"]
    assert (done[0]["route"], done[0]["status"], len(done[0]["request_id"])) == ("/api/v1/tasks", 201, 32)
    assert CONTENT not in (tmp_path / "server.log").read_text()


def test_sigterm_closes_websockets_and_ends_with_status_0(tmp_path, store):
    async def scenario(process, address):
        async with to(address) as ws, to(address, max_queue=1) as frozen, httpx.AsyncClient() as idle:
            await ws.send(SUBSCRIBE)
            assert (await hear(ws))["type"] == "subscribed"
            frozen.transport.pause_reading()
            await idle.get(f"http://{address}/health")
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed):
                while True:
                    await hear(ws)
            assert ws.close_code == 1012
            assert await asyncio.to_thread(process.wait, 10) == 0
            assert time.monotonic() - began < 5
            frozen.transport.abort()

    with programs.server(tmp_path, store) as (process, address):
        asyncio.run(scenario(process, address))
    assert [json.loads(line)["event"] for line in (tmp_path / "server.log").read_text().splitlines()][
        -1
    ] == "server.stopped"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_in_progress_is_finished(tmp_path, store_process, number):
    frozen, store = store_process

    async def scenario(process, address):
        async with httpx.AsyncClient(base_url=f"http://{address}") as http:
            assert (await http.get("/api/v1/tasks", params={"repository": "web"})).status_code == 200
            reader, writer = await asyncio.open_connection(*address.split(":"))
            frozen.send_signal(signal.SIGSTOP)
            try:
                writer.write(b"GET /api/v1/tasks?repository=web HTTP/1.1\r\nHost: tasks\r\n\r\n")
                await writer.drain()
                await http.get("/health")  # sent later, so the server has read the request by now
                process.send_signal(number)
                await asyncio.sleep(0.2)  # the server has taken the signal by now, and waits
            finally:
                frozen.send_signal(signal.SIGCONT)
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
            writer.close()

    with programs.server(tmp_path, store) as (process, address):
        asyncio.run(scenario(process, address))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_request_that_cannot_be_finished_is_told_so(tmp_path, store_process, number):
    frozen, store = store_process
    body = json.dumps({"repository": "web", "content": CONTENT}).encode()
    head = f"POST /api/v1/tasks HTTP/1.1\r\nHost: tasks\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"

    async def scenario(process, address):
        async with httpx.AsyncClient(base_url=f"http://{address}") as http:
            assert (await http.get("/api/v1/tasks", params={"repository": "web"})).status_code == 200
            reader, writer = await asyncio.open_connection(*address.split(":"))
            frozen.send_signal(signal.SIGSTOP)
            try:
                writer.write(head.encode() + body)
                await writer.drain()
                await http.get("/health")
                process.send_signal(number)
                answer = await reader.read()
            finally:
                frozen.send_signal(signal.SIGCONT)
            writer.close()
            assert answer.startswith(b"HTTP/1.1 503 ")
            told = json.loads(answer.partition(b"\r\n\r\n")[2])
            assert (told["error"], told["outcome"]) == ("store_unavailable", "unknown")

    with programs.server(tmp_path, store, STORE_TIMEOUT_S=60) as (process, address):
        asyncio.run(scenario(process, address))
    assert "Traceback" not in (tmp_path / "server.log").read_text()


def test_sighup_starts_anew_in_the_same_process(tmp_path, store):
    async def scenario(process, address):
        async with to(address) as ws, httpx.AsyncClient(base_url=f"http://{address}") as http:
            await ws.send(SUBSCRIBE)
            await hear(ws)
            await http.get("/metrics")
            before = (await http.get("/health/live")).json()["started_at"]
            process.send_signal(signal.SIGHUP)
            with pytest.raises(ConnectionClosed):
                while True:
                    await hear(ws)
            assert ws.close_code == 1012
            return before

    with programs.server(tmp_path, store) as (process, address):
        before = asyncio.run(scenario(process, address))

        def started_anew():
            assert started_at(address) > before

        eventually(started_anew, within=timedelta(seconds=5))
        assert process.poll() is None
        page = httpx.get(f"http://{address}/metrics").text
        assert 'tasks_requests_total{method="GET",route="/metrics",status="200"} 0.0' in page.splitlines()
        assert httpx.get(f"http://{address}/api/v1/tasks", params={"repository": "web"}).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_without_the_store_it_starts_and_says_so(tmp_path):
    with programs.server(tmp_path, NOWHERE, BREAKER_FAILURES=1) as (process, address):
        answer = httpx.post(f"http://{address}/api/v1/tasks", json={"repository": "web", "content": CONTENT})
        assert (answer.status_code, answer.json()["error"], answer.json()["outcome"]) == (
            *(503, "store_unavailable", "not_done"),
        )
        assert int(answer.headers["Retry-After"]) >= 1
        health = httpx.get(f"http://{address}/health").json()
        assert (health["status"], health["store"], health["breaker"]["state"]) == ("degraded", "down", "open")
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_wrong_settings_are_named():
    environment = {**os.environ, "TASKS_PORT": "x", "TASKS_PER_MINUTE": "-1"}
    command = [sys.executable, "-m", "support.systems.tasks.app.server"]
    ended = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 64
    assert [line.split()[1] for line in ended.stderr.splitlines()] == ["TASKS_PORT", "TASKS_PER_MINUTE"]
