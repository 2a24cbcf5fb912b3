"""Two people who change the same lists: they end with the same, and lose nothing unsaid."""

import json

from support.selftest.tasks.client_standin import Status

NOBODY = "http://127.0.0.1:1"


def _known(person):
    return [(task["content"], task["status"], task["version"]) for task in person.json("list").lines]


def test_two_people_converge(standin, ana, ben):
    ana.says("add", "Ana's")
    ben.says("add", "Ben's", SERVER=NOBODY)
    ben.says("sync")
    ben.says("done", ben.json("list").lines[0]["id"])
    ana.says("sync")

    assert _known(ana) == _known(ben)
    assert sorted(content for content, _, _ in _known(ana)) == ["Ana's", "Ben's"]


def test_a_conflict_is_told_and_the_servers_task_stays(standin, ana, ben):
    task_id = ana.json("add", "Draft").lines[0]["id"]
    ben.says("sync")
    ana.says("edit", task_id, "--content", "Ana's")
    ben.says("edit", task_id, "--content", "Ben's", SERVER=NOBODY)

    said = ben.json("sync")

    conflict, synced = said.lines
    assert said.status == 4
    assert conflict["conflict"]["lost"] == {"content": "Ben's"}
    assert (synced["synced"]["applied"], synced["synced"]["conflicts"]) == (0, 1)
    assert _known(ben) == _known(ana) == [("Ana's", "pending", 2)]
    status = ben.json("status").lines[0]["status"]
    assert (status["conflicts"], status["waiting"]) == (1, 0)
    assert ben.says("sync").status == 0


def test_in_plain_text_a_conflict_shows_both_contents(standin, ana, ben):
    task_id = ana.json("add", "Draft").lines[0]["id"]
    ben.says("sync")
    ana.says("edit", task_id, "--content", "Ana's \x1b[31m")

    said = ben.says("edit", task_id, "--content", "Ben's")

    assert said.status == 4
    assert "Ben's" in said.err
    assert "Ana's" in said.err
    assert "\x1b" not in said.err


def test_everything_but_the_conflict_is_done(standin, ana, ben):
    task_id = ana.json("add", "Draft").lines[0]["id"]
    ben.says("sync")
    ana.says("done", task_id)
    for arguments in (("add", "first"), ("edit", task_id, "--priority", "low"), ("add", "last")):
        ben.says(*arguments, SERVER=NOBODY)

    said = ben.json("sync")

    assert said.status == 4
    assert said.lines[-1]["synced"]["applied"] == 2
    assert sorted(task["content"] for task in standin.lists.of("default")) == ["Draft", "first", "last"]


def test_a_later_edit_of_a_lost_one_overwrites_nothing_unseen(standin, ana, ben):
    """Its base is the version that the lost edit would have made, and that another person's edit has made instead."""
    task_id = ana.json("add", "Draft").lines[0]["id"]
    ben.says("sync")
    ana.says("edit", task_id, "--content", "Ana's")
    ben.says("edit", task_id, "--content", "Ben's", SERVER=NOBODY)
    ben.says("edit", task_id, "--content", "Ben's second", SERVER=NOBODY)

    said = ben.json("sync")

    assert said.lines[-1]["synced"]["conflicts"] == 2
    assert [task["content"] for task in standin.lists.of("default")] == ["Ana's"]


def test_what_the_server_refuses_no_longer_waits_and_is_told(standin, ana):
    task_id = ana.json("add", "Draft").lines[0]["id"]
    standin.lists.tasks.clear()

    said = ana.json("done", task_id)

    assert said.status == 1
    told = json.loads(said.err)
    assert told["error"] == "not_found"
    assert told["change"]["task"] == {"status": "done"}
    status = ana.json("status").lines[0]["status"]
    assert (status["refused"], status["waiting"]) == (1, 0)


def test_what_the_server_refuses_as_a_whole_is_kept(standin, ana):
    standin.script.append(Status(426, body=b'{"error": "incompatible_version", "message": "Too new."}'))

    said = ana.json("add", "Draft")

    assert (said.status, said.lines[0]["pending"]) == (1, True)
    assert json.loads(said.err)["error"] == "incompatible_version"
    assert ana.json("status").lines[0]["status"]["waiting"] == 1


def test_every_repository_of_which_changes_wait_is_exchanged(standin, ana):
    ana.says("--repository", "web", "add", "x", SERVER=NOBODY)
    ana.says("--repository", "app", "add", "y", SERVER=NOBODY)
    assert ana.json("status").lines[0]["status"]["waiting_elsewhere"] == 2

    said = ana.json("sync")

    assert {line["synced"]["repository"]: line["synced"]["applied"] for line in said.lines} == {
        "default": 0,
        "app": 1,
        "web": 1,
    }


def test_a_repeated_sync_receives_nothing_twice(standin, ana, ben):
    ben.says("add", "Ben's")

    assert [ana.json("sync").lines[0]["synced"]["received"] for _ in range(2)] == [1, 0]


def test_an_answer_to_other_changes_is_none(standin, ana):
    ana.says("add", "x", SERVER=NOBODY)
    standin.script.append(Status(200, body=b'{"repository": "default", "number": 1, "results": [], "changes": []}'))

    assert ana.json("sync").lines[0]["synced"]["applied"] == 1
    assert len(standin.requests) == 2
