"""How long a command holds on to the server, and by how many connections."""

from support.selftest.tasks.client_standin import GOOD, Status
from support.systems.tasks.app.client import outbox

NOBODY = "http://127.0.0.1:1"


def test_a_change_sends_no_longer_than_one_attempt_may_take(standin, ana, monkeypatch):
    monkeypatch.setattr(outbox, "MOST_CHANGES", 1)
    for _ in range(9):
        ana.says("add", "x", SERVER=NOBODY)
    standin.delay_s = 0.1

    said = ana.json("add", "y", ATTEMPT_TIMEOUT_S=0.6)

    assert (said.status, said.lines[0]["pending"]) == (0, True)
    assert "has not answered everything within 0.6 s" in said.err


def test_waiting_for_a_connection_uses_up_no_attempt(standin, ana):
    for number in range(9):
        ana.says("--repository", f"r{number}", "add", "x", SERVER=NOBODY)
    standin.delay_s = 0.12  # ten times

    assert ana.says("sync", CONNECTIONS=1, ATTEMPTS=1, ATTEMPT_TIMEOUT_S=1).status == 0


def test_connections_are_few_and_used_again(standin, ana):
    standin.script.extend([Status(503)] * 99)
    for number in range(6):
        ana.says("--repository", f"r{number}", "add", "x")
    standin.script.clear()
    standin.requests.clear()
    standin.most_at_once, standin.delay_s = 0, 0.05
    standin.script.extend([GOOD, Status(503)])

    assert ana.says("sync", CONNECTIONS=2).status == 0

    assert len(standin.requests) == 8  # six repositories, the chosen one, and one repeated
    assert standin.most_at_once == 2
    assert len({seen.connection for seen in standin.requests}) == 2
