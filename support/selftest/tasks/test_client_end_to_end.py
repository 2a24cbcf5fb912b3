"""The client with the real server on its real store."""

import json
import signal

import httpx
import pytest

from support.selftest.tasks import programs
from support.selftest.tasks.client_parts import Person

NOBODY = "http://127.0.0.1:1"
WITHIN_S = 30


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with programs.store(tmp_path_factory.mktemp("store")) as (_, address):
        yield address


@pytest.fixture(scope="module")
def address(store, tmp_path_factory):
    with programs.server(tmp_path_factory.mktemp("server"), store) as (_, address):
        yield address


@pytest.fixture
def people(monkeypatch, capsys, tmp_path, address, request):
    def person(name):
        return Person(monkeypatch, capsys, tmp_path, f"http://{address}", name, REPOSITORY=request.node.name)

    return person("ana"), person("ben")


def _tasks(person):
    return person.json("list").lines


def test_what_was_done_offline_reaches_everybody(people):
    ana, ben = people
    task_id = ana.json("add", "Draft", SERVER=NOBODY).lines[0]["id"]
    ana.says("edit", task_id[:8], "--content", "Final", SERVER=NOBODY)
    ana.says("done", task_id[:8], SERVER=NOBODY)

    assert ana.json("sync").lines[0]["synced"]["applied"] == 3
    assert ben.json("sync").lines[0]["synced"]["received"] == 1

    assert _tasks(ana) == _tasks(ben)
    assert [(task["id"], task["content"], task["version"]) for task in _tasks(ben)] == [(task_id, "Final", 3)]


def test_a_conflict_is_recorded_and_overwrites_nothing(people, address):
    ana, ben = people
    task_id = ana.json("add", "Draft").lines[0]["id"]
    ben.says("sync")
    ana.says("edit", task_id, "--content", "Ana's")
    ben.says("edit", task_id, "--content", "Ben's", SERVER=NOBODY)
    ben.says("edit", task_id, "--content", "Ben's second", SERVER=NOBODY)

    said = ben.json("sync")

    assert (said.status, said.lines[-1]["synced"]["conflicts"]) == (4, 2)
    assert _tasks(ben)[0]["content"] == "Ana's"
    kept = httpx.get(f"http://{address}/api/v1/conflicts", params={"repository": ben.settings.repository}).json()
    told = [line["conflict"] for line in said.lines[:-1]]
    assert [conflict["lost"]["content"] for conflict in told] == ["Ben's", "Ben's second"]
    assert sorted(kept["conflicts"], key=str) == sorted(told, key=str)


def test_status_and_plain_words(people):
    ana, _ = people

    assert ana.json("status").lines[0]["status"]["server"] == "healthy"
    gone = ana.json("rm", ana.json("add", "x").lines[0]["id"]).lines[0]
    assert (gone["deleted"], gone["version"], "pending" in gone) == (True, 2, False)
    assert _tasks(ana) == []


def test_a_watch_survives_the_kill_of_the_server(people, store, tmp_path):
    """Last: these servers take the store over."""
    ana, ben = people
    port = programs.closed_port()
    ana.variables["TASKS_SERVER"] = ben.variables["TASKS_SERVER"] = f"http://127.0.0.1:{port}"
    with ben.start("--json", "watch") as watch:
        with programs.server(tmp_path, store, PORT=port) as (process, _):
            ana.says("add", "before")
            heard = [json.loads(watch.stdout.readline())]
            process.kill()
            process.wait(WITHIN_S)
            assert ana.json("add", "meanwhile").lines[0]["pending"]
        with programs.server(tmp_path, store, PORT=port):
            assert ana.json("add", "after").status == 0
            heard += [json.loads(watch.stdout.readline()) for _ in range(2)]
            watch.send_signal(signal.SIGINT)
            assert watch.communicate(timeout=WITHIN_S) == ("", "")

    assert [event["task"]["content"] for event in heard] == ["before", "meanwhile", "after"]
    assert [event["kind"] for event in heard] == ["task.created"] * 3
