"""The log: lines of JSON that say what happened, without the content of tasks."""

import json
import logging

import structlog

from support.systems.tasks.app.server import logs
from support.systems.tasks.app.server.model import ConflictKind
from support.systems.tasks.app.server.observing import (
    BreakerMoved,
    BreakerState,
    CallOutcome,
    ConflictRecorded,
    EventPublished,
    StoreCalled,
    SubscriberTooSlow,
    WriteInDoubt,
    WriteMadeCertain,
)


def test_each_happening_has_its_event():
    happenings = [
        StoreCalled("upsert", CallOutcome.OK),
        StoreCalled("upsert", CallOutcome.FAILED, "timeout"),
        BreakerMoved(BreakerState.CLOSED, BreakerState.OPEN),
        WriteInDoubt("web", "t1"),
        WriteMadeCertain("web", "t1", took_effect=True),
        EventPublished("web", 1),
        ConflictRecorded("web", "t1", ConflictKind.EDIT_EDIT),
        SubscriberTooSlow("web"),
    ]
    with structlog.testing.capture_logs() as lines:
        for happening in happenings:
            logs.log_happening(happening)
    assert [line["event"] for line in lines] == [
        *("store.failed", "breaker.moved", "write.in_doubt", "write.made_certain"),
        *("conflict.recorded", "subscriber.too_slow"),
    ]
    assert (lines[1]["from_state"], lines[1]["to_state"]) == ("closed", "open")


def test_lines_are_json_also_those_of_libraries(capsys):
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    try:
        logs.set_up()
        structlog.configure(cache_logger_on_first_use=False)  # other tests log too
        logging.getLogger("library").error("It broke: %s", "why")
        try:
            b"\xff".decode()
        except UnicodeDecodeError:
            logging.getLogger("uvicorn.error").exception("Invalid UTF-8 sequence received from client.")
        with structlog.contextvars.bound_contextvars(request_id="r-1"):
            structlog.get_logger().info("request.done")
    finally:
        structlog.reset_defaults()
        root.setLevel(level)
        root.handlers[:] = handlers
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["event"] for line in lines] == ["library", "request.done"]
    assert lines[0].keys() == {"event", "logger", "message", "level", "timestamp", "request_id"}
    assert (lines[0]["message"], lines[0]["level"]) == ("It broke: why", "error")
    assert [line["request_id"] for line in lines] == [None, "r-1"]
