"""The server as a process on a real store answers whatever is sent as openapi.yaml says, never with a 500."""

import asyncio
import json
import subprocess
import sys

import httpx
import pytest
import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from websockets.asyncio.client import connect

from support.core.checkout import CHECKOUT
from support.selftest.tasks import programs

APP = CHECKOUT / "support/systems/tasks/app"
OPENAPI = APP / "openapi.yaml"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with programs.store(folder) as (_, store), programs.server(folder, store) as (process, address):
        yield address
        assert process.poll() is None
    assert b"Traceback" not in (folder / "server.log").read_bytes()


def check(value, pointer, file="openapi.yaml"):
    """Whether *value* is as the file says at *pointer*."""
    documents = {name: yaml.safe_load((APP / name).read_text()) for name in ("openapi.yaml", "messages.yaml")}
    resources = [(f"urn:{name}", DRAFT202012.create_resource(document)) for name, document in documents.items()]
    text = json.dumps(documents["messages.yaml"]).replace('"openapi.yaml#', '"urn:openapi.yaml#')
    resources[1] = ("urn:messages.yaml", DRAFT202012.create_resource(json.loads(text)))
    registry = Registry().with_resources(resources)
    Draft202012Validator({"$ref": f"urn:{file}#/{pointer}"}, registry=registry).validate(value)


def test_results_conflicts_and_messages_have_their_shapes(address):
    def change(op_id, action, **rest):
        return {"op_id": op_id, "action": action, **rest}

    async def scenario():
        async with (
            httpx.AsyncClient(base_url=f"http://{address}/api/v1", headers={"Client-Id": "ana"}) as http,
            connect(f"ws://{address}/ws", proxy=None) as ws,
        ):

            async def sync(*changes):
                answer = await http.post("/batch/sync", json={"repository": "web", "since": 0, "changes": changes})
                assert answer.status_code == 200, answer.text
                return answer.json()

            created = (await sync(change("a1", "create", task={"content": "New"})))["results"][0]["task"]
            await http.patch(f"/tasks/{created['id']}", json={"status": "done"}, headers={"If-Match": '"1"'})
            edit = {"id": created["id"], "base_version": 1, "changed_at": "yesterday"}
            body = await sync(
                change("a2", "update", **edit, task={"content": "Mine"}),
                change("a3", "update", id="nobody", base_version=1, task={"content": "Mine"}),
                change("a4", "create", task={"content": ""}),
                change("a5", "create", task={"content": "Gone soon"}),
            )
            gone = body["results"][3]["task"]["id"]
            body["results"] += (await sync(change("a6", "delete", id=gone, base_version=1)))["results"]
            conflicts = (await http.get("/conflicts", params={"repository": "web"})).json()["conflicts"]
            messages = []
            for message in (
                {"type": "subscribe", "repository": "web", "since": 0},
                {"type": "ping"},
                {"type": "unsubscribe", "repository": "web"},
            ):
                check(message, f"components/messages/{message['type']}/payload", "messages.yaml")
                await ws.send(json.dumps(message))
            async with asyncio.timeout(20):
                while not messages or messages[-1]["type"] != "unsubscribed":
                    messages.append(json.loads(await ws.recv()))
            return body, conflicts, messages

    body, conflicts, messages = asyncio.run(scenario())
    statuses = [result["status"] for result in body["results"]]
    assert statuses == ["conflict", "refused", "refused", "applied", "applied"]
    assert [conflict["changed_at"] for conflict in conflicts] == ["yesterday"]
    for result in body["results"]:
        check(result, "components/schemas/Result")
    check(conflicts[0], "components/schemas/Conflict")
    assert {message["type"] for message in messages} >= {"subscribed", "pong", "unsubscribed"}
    for message in messages:
        check(message, f"components/messages/{message['type']}/payload", "messages.yaml")


def test_whatever_is_sent_gets_an_answer_of_the_contract(address, tmp_path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(OPENAPI), "--url", f"http://{address}"]
    command += ["--checks", CHECKS, "--phases", "coverage,fuzzing", "--max-examples", "3", "--seed", "7"]
    command += ["--generation-database", "none", "--no-color"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=240, check=False)
    assert found.returncode == 0, found.stdout[-8000:]
