"""The audit trail tells what happened, outlives restarts and crashes, and shows every change of what was written."""

import asyncio
import json
import os
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.systems.assistant.app import audit as audit_module
from support.systems.assistant.app.audit import FILE, Audit
from support.systems.assistant.app.audit_chain import FIRST
from support.systems.assistant.app.events import (
    AttemptEnded,
    BreakerMoved,
    ConfigurationChanged,
    NotPermitted,
    RequestEnded,
)
from support.systems.assistant.app.model import BreakerState, Kind, Source, Work

WORK = Work("r-1", "shop", "qa", "A secret text", {"question": "A secret question"})


def filled(folder, lines=4):
    audit = Audit(folder)
    for number in range(lines):
        audit.record("configuration", "ops", action="replaced", before={"n": number}, after={"n": number + 1})
    return audit


def read(audit, **query):
    return asyncio.run(audit.read(**query))


def test_each_line_holds_the_hash_of_the_one_before(tmp_path):
    filled(tmp_path)
    entries = [json.loads(line) for line in (tmp_path / FILE).read_text().splitlines()]
    assert [entry["n"] for entry in entries] == [1, 2, 3, 4]
    assert [entry["previous"] for entry in entries] == [FIRST, *(entry["hash"] for entry in entries[:-1])]


def test_an_untouched_trail_is_intact_also_after_a_restart(tmp_path):
    filled(tmp_path)
    audit = filled(tmp_path)
    trail = read(audit)
    assert (trail.intact, trail.broken_at) == (True, None)
    assert [entry["n"] for entry in trail.entries] == list(range(1, 9))


@settings(max_examples=150, deadline=None, database=None)
@given(place=st.integers(0, 10_000), flipped=st.integers(1, 255))
def test_any_change_of_a_byte_is_found_at_its_line(tmp_path_factory, place, flipped):
    folder = tmp_path_factory.mktemp("audit")
    audit = filled(folder)
    text = bytearray((folder / FILE).read_bytes())
    place %= len(text)
    line = bytes(text[:place]).count(b"\n") + 1
    text[place] ^= flipped
    (folder / FILE).write_bytes(text)
    trail = read(audit)
    assert not trail.intact
    assert trail.broken_at == line


@pytest.mark.parametrize("taken_out", range(4))
def test_a_line_that_was_taken_out_is_found(tmp_path, taken_out):
    audit = filled(tmp_path)
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    del lines[taken_out]
    (tmp_path / FILE).write_bytes(b"".join(lines))
    assert read(audit).broken_at == taken_out + 1


def test_a_trail_that_is_gone_is_not_intact(tmp_path):
    audit = filled(tmp_path)
    (tmp_path / FILE).unlink()
    assert read(audit).broken_at == 1


def test_lines_that_change_places_or_are_written_twice_are_found(tmp_path):
    audit = filled(tmp_path)
    one, two, *others = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"".join([two, one, *others]))
    assert read(audit).broken_at == 1
    (tmp_path / FILE).write_bytes(b"".join([one, one, two, *others]))
    assert read(audit).broken_at == 2


def test_a_trail_that_was_changed_before_a_restart_stays_broken_at_that_line(tmp_path):
    filled(tmp_path)
    text = (tmp_path / FILE).read_bytes().replace(b'"after":{"n":2}', b'"after":{"n":9}')
    (tmp_path / FILE).write_bytes(text)
    assert read(filled(tmp_path)).broken_at == 2


def test_what_replaced_the_file_does_not_swallow_later_lines(tmp_path):
    audit = filled(tmp_path)
    copy = tmp_path / "copy"
    copy.write_bytes((tmp_path / FILE).read_bytes())
    copy.replace(tmp_path / FILE)
    audit.record("configuration", "ops", action="replaced")
    trail = read(audit)
    assert trail.intact
    assert trail.entries[-1]["n"] == 5


def test_what_comes_late_after_a_reload_does_not_break_the_trail(tmp_path):
    old = filled(tmp_path)
    old.close()
    new = filled(tmp_path)
    old(BreakerMoved("qa", BreakerState.CLOSED, BreakerState.OPEN, "time_out"))
    assert read(new).intact


@pytest.mark.parametrize("cut", [1, 2, 40])
def test_a_torn_last_line_is_dropped_and_told(tmp_path, cut):
    filled(tmp_path)
    path = tmp_path / FILE
    os.truncate(path, path.stat().st_size - cut)
    trail = read(Audit(tmp_path))
    assert trail.intact
    assert [entry["kind"] for entry in trail.entries] == ["configuration"] * 3 + ["repaired"]


@pytest.mark.parametrize("window", [1, 100, 1000])
def test_a_last_line_longer_than_what_is_read_first_is_followed(tmp_path, monkeypatch, window):
    filled(tmp_path)
    monkeypatch.setattr(audit_module, "LAST_BYTES", window)
    assert read(filled(tmp_path)).intact


def test_a_write_that_the_disk_refuses_halfway_leaves_the_trail_as_it_was(tmp_path, monkeypatch):
    audit = filled(tmp_path)
    write = os.write
    monkeypatch.setattr(audit_module.os, "write", lambda descriptor, line: write(descriptor, line[:10]))
    with pytest.raises(OSError, match="full"):
        audit.record("configuration", "ops", action="replaced")
    audit(BreakerMoved("qa", BreakerState.CLOSED, BreakerState.OPEN, "time_out"))
    monkeypatch.undo()
    audit.record("configuration", "ops", action="replaced")
    trail = read(audit)
    assert trail.intact
    assert trail.entries[-1]["n"] == 5


def test_failed_attempts_their_request_and_breakers_are_recorded(tmp_path):
    audit = Audit(tmp_path)
    audit(AttemptEnded(WORK, 1, 0.1))
    audit(AttemptEnded(WORK, 1, 0.1, Kind.SERVER_ERROR, 503, "retry", 0.25))
    audit(NotPermitted(WORK, Kind.BREAKER_OPEN))
    audit(RequestEnded(WORK, Source.LIVE, 0.1, 1))
    audit(RequestEnded(WORK, Source.FALLBACK, 0.1, 1, (Kind.SERVER_ERROR, Kind.BREAKER_OPEN)))
    audit(RequestEnded(WORK, None, 0.1, 2, (Kind.SERVER_ERROR, Kind.REJECTED)))
    audit(BreakerMoved("qa", BreakerState.CLOSED, BreakerState.OPEN, "server_error"))
    audit(BreakerMoved("qa", BreakerState.OPEN, BreakerState.CLOSED, "reset", "ops"))
    entries = read(audit).entries
    attempt, fallback, rejected, opened, reset = entries
    assert (attempt["kind"], attempt["who"], attempt["request_id"], attempt["operation"]) == (
        "attempt",
        "shop",
        "r-1",
        "qa",
    )
    assert [attempt[name] for name in ("attempt", "error", "status", "decision", "wait_s")] == [
        1,
        "server_error",
        503,
        "retry",
        0.25,
    ]
    assert (fallback["source"], fallback["attempts"], fallback["errors"]) == (
        "fallback",
        1,
        ["server_error", "breaker_open"],
    )
    assert (rejected["source"], rejected["attempts"], rejected["errors"]) == (
        "rejected",
        2,
        ["server_error", "rejected"],
    )
    assert (opened["from"], opened["to"], opened["cause"], opened["who"]) == (
        "closed",
        "open",
        "server_error",
        "service",
    )
    assert (reset["cause"], reset["who"]) == ("reset", "ops")
    assert "secret" not in (tmp_path / FILE).read_text()


def test_entries_are_found_by_kind_and_request_newest_last(tmp_path):
    audit = filled(tmp_path)
    for number in range(5):
        audit(AttemptEnded(Work(f"r-{number}", "shop", "qa", "x"), 1, 0.1, Kind.TIME_OUT))
    assert [entry["n"] for entry in read(audit, kind="attempt", limit=2).entries] == [8, 9]
    assert [entry["n"] for entry in read(audit, request_id="r-3").entries] == [8]
    assert read(audit, kind="migration").entries == []
    assert read(audit, kind="attempt", limit=1).intact


def test_only_what_has_to_be_durable_waits_for_the_disk_and_not_on_the_event_loop(tmp_path, monkeypatch):
    audit = Audit(tmp_path)
    waited_on = []
    monkeypatch.setattr(audit_module.os, "fsync", lambda _: waited_on.append(threading.current_thread()))
    audit(BreakerMoved("qa", BreakerState.CLOSED, BreakerState.OPEN, "time_out"))
    assert not waited_on
    asyncio.run(audit.record_durably("configuration", "ops", action="replaced"))
    assert waited_on
    assert threading.main_thread() not in waited_on


def test_other_events_are_not_recorded(tmp_path):
    audit = Audit(tmp_path)
    audit(ConfigurationChanged(None))
    assert read(audit).entries == []
