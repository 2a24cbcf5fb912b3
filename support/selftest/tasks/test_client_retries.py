"""How the client repeats what fails: counted and timed at the server."""

import itertools
import time

import pytest

from support.selftest.tasks.client_standin import CUT, LOST, SILENT, TRICKLE, Status


def _waits(standin):
    return [later.at - earlier.at for earlier, later in itertools.pairwise(standin.requests)]


@pytest.mark.parametrize("failure", [Status(503), Status(500), Status(429), Status(408), Status(200, body=b"{}"), CUT])
def test_what_may_pass_is_tried_as_often_as_it_may_be(standin, ana, failure):
    standin.script.extend([failure] * 9)

    said = ana.json("sync", ATTEMPTS=3)

    assert said.status == 3
    assert said.out == ""
    assert '"error": "unreachable"' in said.err
    assert [seen.headers["attempt"] for seen in standin.requests] == ["1", "2", "3"]


def test_every_attempt_is_the_same_intention(standin, ana):
    standin.script.extend([Status(503), CUT])

    assert ana.says("sync").status == 0

    assert len(standin.requests) == 3
    for name in ("idempotency-key", "client-id", "client-version", "request-id"):
        assert len({seen.headers[name] for seen in standin.requests}) == 1
    assert standin.requests[0].headers["client-id"] == "ana"
    assert standin.requests[0].headers["client-version"].startswith("1.")


def test_waits_double_up_to_the_cap(standin, ana):
    standin.script.extend([Status(503)] * 5)

    ana.says("sync", BACKOFF_FIRST_S=0.04, BACKOFF_CAP_S=0.1, JITTER_S=0)

    waits = _waits(standin)
    assert len(waits) == 4
    for wait, least in zip(waits, [0.04, 0.08, 0.1, 0.1], strict=True):
        assert least <= wait < least + 0.5


def test_a_longer_wait_that_the_server_asks_for_is_kept(standin, ana):
    standin.script.append(Status(429, {"Retry-After": "1"}))

    assert ana.says("sync").status == 0

    assert _waits(standin)[0] >= 1


def test_a_wait_beyond_the_deadline_is_not_begun(standin, ana):
    standin.script.append(Status(503, {"Retry-After": "60"}))
    began = time.monotonic()

    said = ana.says("sync", DEADLINE_S=5)

    assert said.status == 3
    assert "asks to wait 60 s" in said.err
    assert time.monotonic() - began < 3
    assert len(standin.requests) == 1


def test_nothing_goes_on_after_the_deadline(standin, ana):
    standin.script.extend([SILENT] * 9)
    began = time.monotonic()

    said = ana.says("sync", ATTEMPT_TIMEOUT_S=0.2, DEADLINE_S=0.5, ATTEMPTS=99)

    assert said.status == 3
    assert time.monotonic() - began < 2
    assert len(standin.requests) in (2, 3)


def test_an_attempt_ends_with_the_deadline(standin, ana):
    standin.script.append(SILENT)
    began = time.monotonic()

    assert ana.says("sync", ATTEMPT_TIMEOUT_S=60, DEADLINE_S=0.3).status == 3

    assert time.monotonic() - began < 20


def test_an_answer_that_only_trickles_is_limited_as_a_whole(standin, ana):
    standin.script.append(TRICKLE)
    began = time.monotonic()

    assert ana.says("sync", ATTEMPTS=1, ATTEMPT_TIMEOUT_S=0.2).status == 3

    assert time.monotonic() - began < 2


@pytest.mark.parametrize("code", [400, 404, 413, 422, 426, 302])
def test_what_is_refused_is_not_repeated(standin, ana, code):
    standin.script.extend([Status(code)] * 9)

    said = ana.json("sync")

    assert said.status == 1
    assert '"error": "scripted"' in said.err
    assert len(standin.requests) == 1


@pytest.mark.parametrize("failure", [Status(503), SILENT])
def test_a_change_makes_one_attempt_only(standin, ana, failure):
    standin.script.append(failure)

    said = ana.json("add", "Mend the login", ATTEMPT_TIMEOUT_S=1)

    assert (said.status, said.lines[0]["pending"]) == (0, True)
    assert len(standin.requests) == 1


def test_a_lost_answer_leaves_one_task(standin, ana):
    standin.script.append(LOST)
    assert ana.json("add", "Mend the login").lines[0]["pending"]

    synced = ana.json("sync").lines[0]["synced"]

    assert synced["applied"] == 1
    assert [task["content"] for task in standin.lists.of("default")] == ["Mend the login"]
    assert [(task["version"], "pending" in task) for task in ana.json("list").lines] == [(1, False)]
