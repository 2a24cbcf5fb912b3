"""MCP on a real port, by the official client: the same results and errors as HTTP."""

import asyncio
from contextlib import asynccontextmanager

import httpx
import pytest
from mcp import Client

from support.selftest.tasks.memory_core import MemoryCore
from support.selftest.tasks.served import listening
from support.systems.tasks.app.server.core import Intention, StoreUnavailableError
from support.systems.tasks.app.server.model import NewTask

GOOD = {"repository": "web", "content": "Mend the login"}


@asynccontextmanager
async def connected(core, **settings):
    """A client of MCP, and one of HTTP."""
    async with (
        asyncio.timeout(30),
        listening(core, **settings) as address,
        httpx.AsyncClient(base_url=f"http://{address}/api/v1") as http,
        Client(f"http://{address}/mcp") as mcp,
    ):
        yield mcp, http


def call(tool, core=None, **arguments):
    async def scenario():
        prepared = core or MemoryCore()
        if prepared.failure is None:
            await prepared.create(NewTask(**GOOD), Intention("ana"))
        async with connected(prepared) as (mcp, _):
            return await mcp.call_tool(tool, arguments)

    return asyncio.run(scenario())


def test_the_tools_are_those_of_the_contract():
    async def scenario():
        async with connected(MemoryCore()) as (mcp, _):
            return (await mcp.list_tools()).tools

    tools = {tool.name: tool.input_schema for tool in asyncio.run(scenario())}
    assert tools.keys() == {
        *("create_task", "get_task", "list_tasks", "update_task", "delete_task", "sync_tasks", "list_conflicts"),
    }
    assert tools["create_task"]["required"] == ["repository", "content"]
    assert set(tools["update_task"]["required"]) == {"id", "version"}


def test_results_are_those_of_http():
    async def scenario():
        core = MemoryCore()
        async with connected(core) as (mcp, http):

            async def result(tool, **arguments):
                answer = await mcp.call_tool(tool, arguments)
                assert not answer.is_error, answer.content
                return answer.structured_content

            async def body(path, **query):
                return (await http.get(path, params=query)).json()

            task = await result("create_task", **GOOD, priority="high", idempotency_key="k1")
            assert task == await result("create_task", **GOOD, priority="high", idempotency_key="k1")
            assert task == await body("/tasks/t1")
            assert task == await result("get_task", id="t1")
            assert await result("list_tasks", repository="web") == await body("/tasks", repository="web")
            changed = await result("update_task", id="t1", version=1, content='["x"]')
            assert (changed["content"], changed["version"]) == ('["x"]', 2)
            assert changed == await body("/tasks/t1")
            batch = {"repository": "web", "since": 0, "changes": []}
            assert await result("sync_tasks", **batch) == (await http.post("/batch/sync", json=batch)).json()
            core.clash(await core.get("t1"))
            conflicts = await result("list_conflicts", repository="web")
            assert conflicts == await body("/conflicts", repository="web")
            assert await result("delete_task", id="t1", version=2) == {"deleted": True, "id": "t1"}
            assert (await http.get("/tasks/t1")).status_code == 404

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("tool", "arguments", "error"),
    [
        ("get_task", {"id": "t9"}, "not_found"),
        ("sing", {}, "not_found"),
        ("update_task", {"id": "t1", "version": 7}, "stale_version"),
        ("update_task", {"id": "t1", "version": "1"}, "invalid_request"),
        ("update_task", {"id": "t1"}, "invalid_request"),
        ("create_task", {**GOOD, "colour": "red"}, "invalid_request"),
        ("list_tasks", {"repository": "web", "limit": 1001}, "invalid_request"),
    ],
)
def test_errors_begin_with_their_names(tool, arguments, error):
    result = call(tool, **arguments)
    assert result.is_error
    assert result.content[0].text.startswith(f"{error}: ")
    assert result.structured_content["error"] == error


@pytest.mark.parametrize(
    ("failure", "error"),
    [(StoreUnavailableError("Away.", retry_after_s=1), "store_unavailable"), (RuntimeError("secret"), "internal")],
)
def test_failures_are_results_too(failure, error):
    core = MemoryCore()
    core.failure = failure
    result = call("get_task", core, id="t1")
    assert result.is_error
    assert result.content[0].text.startswith(f"{error}: ")
    assert "secret" not in result.content[0].text


def test_each_call_of_a_tool_is_a_request_for_the_rate_limit():
    async def scenario():
        async with connected(MemoryCore(), per_minute=2) as (mcp, _):
            await mcp.list_tools()
            results = [await mcp.call_tool("list_tasks", {"repository": "web"}) for _ in range(3)]
            assert [one.is_error for one in results] == [False, False, True]
            assert results[2].content[0].text.startswith("rate_limited: ")

    asyncio.run(scenario())


def test_clients_of_the_protocol_before_need_no_session():
    headers = {"Accept": "application/json, text/event-stream", "MCP-Protocol-Version": "2025-06-18"}
    asked = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "create_task", "arguments": GOOD}}

    async def scenario():
        async with listening(MemoryCore()) as address:
            async with httpx.AsyncClient(base_url=f"http://{address}", headers=headers, timeout=5) as http:
                called = await http.post("/mcp", json=asked)
                stream = await http.get("/mcp")
            assert called.json()["result"]["structuredContent"]["id"] == "t1"
            assert (stream.status_code, stream.headers["Allow"]) == (405, "POST")

    asyncio.run(scenario())


def test_another_major_version_is_refused():
    async def scenario():
        async with listening(MemoryCore()) as address, httpx.AsyncClient(base_url=f"http://{address}") as http:
            answer = await http.post("/mcp", headers={"Client-Version": "2.0"}, json={})
            assert (answer.status_code, answer.json()["error"]) == (426, "incompatible_version")

    asyncio.run(scenario())
