"""What can be said to the client, what it answers, and its exit statuses."""

import asyncio
import json
import os
import pty
import re
import signal
import subprocess
import sys

import pytest

from support.selftest.tasks.client_parts import MODULE
from support.systems.tasks.app.client import progress
from support.systems.tasks.app.client.errors import WrongUsageError
from support.systems.tasks.app.client.settings import read_settings

NOBODY = "http://127.0.0.1:1"


@pytest.mark.parametrize(
    "arguments",
    [
        (), ("dance",), ("add",), ("add", ""), ("add", "x" * 20_001), ("add", "\udcff"), ("add", "x", "--priority", "urgent"),
        ("edit", "x"), ("edit", "x", "--status", "lost"), ("watch", "--events", "0"), ("--repository", "a b", "list"),
    ],
)  # fmt: skip
def test_wrong_usage_is_one_sentence(ana, arguments):
    said = ana.says(*arguments)

    assert (said.status, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert json.loads(ana.json(*arguments).err)["error"] == "wrong_usage"


def test_an_unknown_task_is_told(ana):
    for command in (("done", "nothing"), ("rm", "nothing"), ("edit", "nothing", "--status", "done")):
        said = ana.json(*command)
        assert (said.status, said.out, json.loads(said.err)["error"]) == (1, "", "not_found")


def test_an_id_may_be_shortened_as_long_as_it_is_unique(standin, ana):
    for task_id in ("aaaa1", "aaaa2", "aaaa"):
        standin.lists.tasks[task_id] = standin.lists.create("default", task_id) | {"id": task_id}
        standin.lists._events["default"][-1]["task"] = standin.lists.tasks[task_id]
    ana.says("sync")

    assert ana.says("done", "aaa").status == 2
    assert ana.says("done", "aaaa").status == 0
    assert ana.says("done", "aaaa1").status == 0
    assert [task["status"] for task in ana.json("list").lines] == ["done", "pending", "done"]
    assert len({line.split()[0] for line in ana.says("list").out.splitlines()}) == 3
    assert [task["id"] for task in ana.json("list", "--status", "pending").lines] == ["aaaa2"]


def test_with_json_stdout_has_json_and_nothing_else(standin, ana):
    task_id = ana.json("add", "A\nB\x1b[31m").lines[0]["id"]
    for arguments in (("list",), ("done", task_id), ("sync",), ("status",), ("rm", task_id)):
        said = ana.json(*arguments)
        assert said.status == 0
        assert said.err == ""
        assert all(isinstance(line, dict) for line in said.lines)
        assert len(said.lines) == 1


def test_plain_text_steers_no_terminal(standin, ana):
    ana.says("add", "A\nB\x1b[31m")

    assert "A\ufffdB\ufffd[31m" in ana.says("list").out
    assert len(ana.says("list").out.splitlines()) == 1


def test_status_says_whether_the_server_answers(standin, ana):
    assert ana.json("status").lines[0]["status"]["server"] == "healthy"
    assert ana.json("status", SERVER=NOBODY).lines[0]["status"]["server"] == "unreachable"


def test_a_folder_belongs_to_one_client(ana):
    ana.says("list")

    said = ana.says("list", CLIENT_ID="eve")

    assert said.status == 2
    assert "belongs to ana" in said.err


def test_an_unusable_folder_is_told(ana, tmp_path):
    (tmp_path / "file").touch()

    assert ana.says("list", HOME=tmp_path / "file").status == 5
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "tasks.sqlite3").write_bytes(b"no database" * 100)
    said = ana.json("add", "x", HOME=tmp_path / "broken")
    assert (said.status, json.loads(said.err)["error"]) == (5, "database_unusable")


def test_every_wrong_variable_is_told(ana):
    wrong = {"SERVER": "ftp://x", "ATTEMPTS": "0", "DEADLINE_S": "nan", "CLIENT_ID": "a b", "REPOSITORY": "x" * 101}

    said = ana.says("list", **wrong)

    assert said.status == 2
    assert [re.search(r"TASKS_(\w+) is not valid: say ", line)[1] for line in said.err.splitlines()] == [
        "SERVER", "CLIENT_ID", "REPOSITORY", "ATTEMPTS", "DEADLINE_S",
    ]  # fmt: skip
    with pytest.raises(WrongUsageError):
        read_settings({"TASKS_CONNECTIONS": "many"})


def test_the_defaults_are_those_of_the_contract():
    settings = read_settings({"TASKS_ATTEMPTS": " "})

    assert (settings.server, settings.repository, settings.connections) == ("http://127.0.0.1:8095", "default", 4)
    retries = settings.retries
    assert (retries.attempts, retries.first_s, retries.cap_s, retries.jitter_s) == (5, 0.2, 5, 0.2)
    assert (retries.attempt_timeout_s, retries.deadline_s) == (5, 30)


def test_help_loads_no_network():
    code = (
        "import sys; from support.systems.tasks.app.client.__main__ import main; status = main(['--help']);"
        " sys.exit(status or 10 * bool({'httpx', 'websockets', 'asyncio'} & set(sys.modules)))"
    )
    process = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert process.returncode == 0, process.stderr
    assert "Commands:" in process.stdout


def test_a_lost_reader_is_no_lost_server(standin, ana):
    standin.lists.create("default", "x")
    with ana.start("watch") as process:
        process.stdout.close()

        assert process.wait(timeout=20) == 1
        assert process.stderr.read().splitlines() == ["tasks: stdout cannot be written: Broken pipe."]


def test_an_interrupt_ends_it_with_130(standin, ana):
    standin.lists.create("default", "x")
    with ana.start("--json", "watch") as process:
        assert json.loads(process.stdout.readline())["number"] == 1

        process.send_signal(signal.SIGINT)

        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (130, "", "")


@pytest.mark.parametrize("no_color", ["", "1"])
def test_colours_are_for_terminals_that_want_them(standin, ana, no_color):
    ana.says("add", "x")
    ours, theirs = pty.openpty()
    environment = os.environ | ana.variables
    environment.pop("NO_COLOR", None)
    process = subprocess.run(
        [sys.executable, "-m", MODULE, "list"],
        env=environment | ({"NO_COLOR": no_color} if no_color else {}),
        stdout=theirs,
        check=False,
    )
    os.close(theirs)
    seen = os.read(ours, 10_000).decode()
    os.close(ours)

    assert process.returncode == 0
    assert ("\x1b[" in seen) == (not no_color)


@pytest.mark.parametrize(("terminal", "after_s", "shown"), [(True, 0, True), (False, 0, False), (True, 60, False)])
def test_progress_is_for_terminals_and_long_exchanges_only(capsys, monkeypatch, terminal, after_s, shown):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(progress, "AFTER_S", after_s)

    async def scenario():
        with progress.progress(lambda: "half"):
            for _ in range(5):
                await asyncio.sleep(0)

    asyncio.run(scenario())

    assert ("half" in capsys.readouterr().err) == shown
