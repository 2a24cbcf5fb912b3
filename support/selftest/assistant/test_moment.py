"""Which time limits are the machine's, and which a fault's."""

import json
import os
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from support.behave_runtime.stage import Stage
from support.environments.service_log import ServiceLog
from support.faults.desk import FaultDesk, InjectedFault
from support.faults.model import ErrorAnswers, Fault, Silence, Slowness, Unreachable
from support.selftest.assistant.test_matchers import LIVE, request
from support.systems.assistant.faults import Mute, SlowAnswers
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.observers.moment import time_limits_that_ran_out
from support.systems.assistant.targets import AI_SERVICE, STORE

EMPTY = Path(os.devnull)


def stage_with(fault: tuple[Any, Fault] | None, *, waited_s: float = 0.4, log: Path = EMPTY) -> Stage:
    """An answer after a time-out, and the request for it that the assistant has left."""
    now = time.time()
    desk = cast("Any", FaultDesk("a", {}, cast("Any", None)))
    if fault:
        desk.injected.append(InjectedFault("1", *fault, time.monotonic() - 10, None))
    record = AiServiceRecord("http://127.0.0.1:1")
    left = request(1, at=now, left_at=now + waited_s)
    record.requests = lambda **_: [left, request(2, at=now, status=200)]  # type: ignore[method-assign]
    stage = Stage(desk, record, ServiceLog(log, lambda: None))
    answer = replace(LIVE, errors=("time_out",), at=now, waited=timedelta(seconds=waited_s))
    stage.put(answer)
    stage.put(replace(LIVE, errors=("server_error",), at=now))
    return stage


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (None, 2),
        ((AI_SERVICE, ErrorAnswers(503)), 2),  # it answers at once
        ((AI_SERVICE, Slowness(timedelta(seconds=0.1))), 2),
        ((STORE, Silence()), 2),  # another time limit
        ((AI_SERVICE, Silence()), 0),
        ((AI_SERVICE, Unreachable()), 0),
        ((AI_SERVICE, Mute()), 0),
        ((AI_SERVICE, SlowAnswers(delay=timedelta(seconds=1))), 0),
    ],
)
def test_a_time_limit_that_no_fault_explains(fault: tuple[Any, Fault] | None, found: int) -> None:
    assert len(time_limits_that_ran_out(stage_with(fault))) == found


def test_a_fault_explains_nothing_after_its_end() -> None:
    stage = stage_with((AI_SERVICE, Silence()))
    stage.the(FaultDesk).injected[0].ended = time.monotonic() - 5

    assert "a person was answered 200 after 400 ms" in time_limits_that_ran_out(stage)[0]


@pytest.mark.parametrize(("fault", "found"), [(None, 3), ((AI_SERVICE, Silence()), 1), ((STORE, Silence()), 2)])
def test_a_store_that_did_not_answer_in_time(tmp_path: Path, fault: tuple[Any, Fault] | None, found: int) -> None:
    log = tmp_path / "assistant.log"
    log.touch()
    stage = stage_with(fault, log=log)
    log.write_text(json.dumps({"event": "redis.does_not_answer", "level": "warning"}) + "\n")

    assert len(time_limits_that_ran_out(stage)) == found
