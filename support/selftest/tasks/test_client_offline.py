"""Without a network: changes are kept first, can be built upon, and are sent later, once and in order."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import uuid
from contextlib import ExitStack
from datetime import timedelta

import pytest

from support.core.eventually import patiently
from support.selftest.tasks.client_standin import LOST
from support.systems.tasks.app.client.database import FILE, Database
from support.systems.tasks.app.client.knowledge import Knowledge
from support.systems.tasks.app.client.messages import Result, SyncAnswer, Task
from support.systems.tasks.app.client.outbox import ID_NAMESPACE, Outbox

NOBODY = "http://127.0.0.1:1"


@pytest.fixture
def away(ana):
    ana.variables["TASKS_SERVER"] = NOBODY
    return ana


def _until(check):
    def checked():
        assert check()

    patiently(checked, within=timedelta(seconds=20))


def _tasks(person):
    return person.json("list").lines


def test_a_change_without_a_network_succeeds_and_says_so(away):
    said = away.says("add", "Mend the login", "--priority", "high")

    assert said.status == 0
    assert "Kept, and sent later." in said.err
    assert said.out.startswith("* ")
    task = away.json("list").lines[0]
    assert (task["content"], task["priority"], task["version"], task["pending"]) == ("Mend the login", "high", 0, True)
    assert "created_at" not in task


def test_changes_build_upon_each_other_before_the_server_knows_of_them(standin, away):
    task_id = away.json("add", "Draft").lines[0]["id"]
    away.says("edit", task_id[:8], "--content", "Final")
    away.says("done", task_id[:8])
    gone = away.json("add", "Mistake").lines[0]["id"]
    assert away.json("rm", gone).lines[0]["deleted"]
    assert [(task["content"], task["status"]) for task in _tasks(away)] == [("Final", "done")]

    synced = away.json("sync", SERVER=standin.url).lines[0]["synced"]

    assert synced == {"repository": "default", "applied": 5, "conflicts": 0, "refused": 0, "received": 0, "number": 5}
    assert [(task["id"], task["version"], task.get("pending")) for task in _tasks(away)] == [(task_id, 3, None)]
    assert [task["id"] for task in standin.lists.of("default")] == [task_id]


def test_the_next_change_sends_what_waits_before_it(standin, ana):
    ana.says("add", "first", SERVER=NOBODY)
    ana.says("add", "second", SERVER=NOBODY)

    said = ana.json("add", "third")

    assert "pending" not in said.lines[0]
    assert said.err == ""
    assert [task["content"] for task in standin.lists.of("default")] == ["first", "second", "third"]
    assert ana.json("status").lines[0]["status"]["waiting"] == 0


def test_a_hundred_changes_go_in_one_request(standin, away):
    database = Database(away.settings.home, "ana")
    outbox = Outbox(database)
    for number in range(50):
        task = outbox.create("default", {"content": f"task {number}"})
        outbox.change("default", task.task_id, "update", {"status": "done"})

    synced = away.json("sync", SERVER=standin.url).lines[0]["synced"]

    assert (synced["applied"], len(standin.requests)) == (100, 1)
    assert {task["status"] for task in _tasks(away)} == {"done"}
    database.close()


def test_a_long_outbox_goes_in_requests_of_a_thousand_and_keeps_what_was_answered(standin, away):
    database = Database(away.settings.home, "ana")
    outbox = Outbox(database)
    with database.transaction() as connection:
        for number in range(1500):
            row = (f"op{number}", "default", f"t{number}", "create", 0, 1, json.dumps({"content": "x"}), "now")
            connection.execute(
                "INSERT INTO outbox (op_id, repository, task_id, action, base_version, next_version, fields, changed_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
    standin.script.extend(["good", *["cut"] * 9])

    said = away.json("sync", SERVER=standin.url)

    assert said.status == 3
    assert "after 1,000 changes" in said.err
    assert outbox.count("default") == 500
    assert [len(seen.body["changes"]) for seen in standin.requests[:2]] == [1000, 500]
    database.close()


def test_large_contents_are_divided_by_their_bytes(away):
    database = Database(away.settings.home, "ana")
    outbox = Outbox(database)
    for _ in range(3):
        outbox.create("default", {"content": "\x00" * 20_000})

    assert len(outbox.batch("default")) == 3
    for _ in range(20):
        outbox.create("default", {"content": "\x00" * 20_000})
    sent = [change.as_sent() for change in outbox.batch("default")]
    assert 1_800_000 < len(json.dumps(sent)) < 2_000_000
    database.close()


def test_the_client_names_tasks_as_the_server_does(away):
    database = Database(away.settings.home, "ana")
    queued = Outbox(database).create("default", {"content": "x"})

    assert queued.task_id == str(uuid.uuid5(ID_NAMESPACE, f"ana/{queued.op_id}"))
    assert str(ID_NAMESPACE) == "5fb15f79-c99d-466a-80d7-ed413ab865a3"
    database.close()


def test_a_change_that_changes_nothing_leads_to_no_new_version(away):
    database = Database(away.settings.home, "ana")
    outbox = Outbox(database)
    task_id = outbox.create("default", {"content": "x"}).task_id
    outbox.change("default", task_id, "update", {"status": "pending"})
    outbox.change("default", task_id, "update", {"status": "done"})
    outbox.change("default", task_id, "update", {"priority": "low"})

    assert [change.base_version for change in outbox.batch("default")] == [0, 1, 1, 2]
    database.close()


def test_what_was_made_on_top_of_a_lost_change_keeps_a_base_that_is_over(away):
    """Else it could pass for a change of what somebody else has written meanwhile, and overwrite that unseen."""
    database = Database(away.settings.home, "ana")
    outbox, knowledge = Outbox(database), Knowledge(database)
    task = Task("t", "default", "x", "pending", "medium", 3, "then", "then")
    knowledge.heard("default", 3, task)
    outbox.change("default", "t", "update", {"content": "mine"})
    sent = outbox.batch("default")
    outbox.change("default", "t", "update", {"content": "mine, too"})
    kept = Task("t", "default", "theirs", "pending", "medium", 4, "then", "now")

    knowledge.take("default", sent, SyncAnswer(4, [Result(sent[0].op_id, "conflict", kept, {"id": "c"})], []))

    assert [(change.action, change.base_version) for change in outbox.batch("default")] == [("update", 3)]
    database.close()


def test_an_older_answer_takes_nothing_back(away):
    database = Database(away.settings.home, "ana")
    knowledge = Knowledge(database)
    new, old = (Task("t", "default", f"v{version}", "pending", "medium", version, "then", "now") for version in (5, 4))

    knowledge.take("default", [], SyncAnswer(9, [], [new]))
    knowledge.take("default", [], SyncAnswer(8, [], [old]))

    assert knowledge.number("default") == 9
    assert Outbox(database).views("default")[0].task.content == "v5"
    database.close()


def test_a_task_that_was_heard_of_before_its_answer_came_is_shown_as_the_server_has_it(standin, ana):
    standin.script.append(LOST)
    task_id = ana.json("add", "Mend").lines[0]["id"]
    standin.lists.update(task_id, priority="high")
    ana.says("watch", "--events", "2")

    task = _tasks(ana)[0]
    assert (task["priority"], task["version"], task["pending"]) == ("high", 2, True)
    assert ana.says("done", task_id).status == 0
    assert _tasks(ana)[0]["version"] == 3


def test_what_was_said_survives_a_kill(standin, ana):
    """The change is kept before the network is tried: killed in silence, it is sent by the next command."""
    standin.script.append("silent")
    with ana.start("add", "Mend the login"):
        _until(lambda: standin.requests)

    assert [task["content"] for task in _tasks(ana)] == ["Mend the login"]
    assert ana.says("sync").status == 0
    assert [task["content"] for task in standin.lists.of("default")] == ["Mend the login"]


def test_what_was_kept_survives_a_kill_among_other_changes(away):
    code = (
        "import os, pathlib; from support.systems.tasks.app.client.database import Database;"
        "from support.systems.tasks.app.client.outbox import Outbox;"
        "outbox = Outbox(Database(pathlib.Path(os.environ['TASKS_HOME'])))\n"
        "while True: print(outbox.create('default', {'content': 'x' * 200}).task_id, flush=True)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | away.variables, stdout=subprocess.PIPE, text=True
    )
    said = [process.stdout.readline().strip() for _ in range(50)]
    process.kill()
    said += process.communicate(timeout=10)[0].split()

    del away.variables["TASKS_CLIENT_ID"]
    assert set(said) <= {task["id"] for task in _tasks(away)}


def test_first_starts_at_once_share_one_database(away):
    del away.variables["TASKS_CLIENT_ID"]
    with ExitStack() as stack:
        processes = [stack.enter_context(away.start("--json", "add", f"task {number}")) for number in range(4)]
        ends = [process.communicate(timeout=60) for process in processes]

    assert [process.returncode for process in processes] == [0] * 4, ends
    assert len(_tasks(away)) == 4
    with sqlite3.connect(away.settings.home / FILE) as connection:
        assert connection.execute("SELECT count(*) FROM client").fetchone() == (1,)
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


def test_the_switch_to_a_write_ahead_log_waits_for_its_turn(away):
    away.settings.home.mkdir()
    other = sqlite3.connect(away.settings.home / FILE, isolation_level=None, check_same_thread=False)
    other.execute("CREATE TABLE held (x)")
    other.execute("BEGIN IMMEDIATE")  # SQLite refuses the switch at once, whatever its time-out

    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
    Database(away.settings.home, "ana").close()
    other.close()
