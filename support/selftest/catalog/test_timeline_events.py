"""What the catalog's session reads from a scenario for the report."""

from datetime import timedelta
from decimal import Decimal

import pytest

from support.behave_runtime.stage import Stage
from support.core.unavailable import absent
from support.measure.recovery import Restart
from support.reporting.timeline_model import REFUSED, SILENT, Lane, Ticks, TimelineEvents
from support.standins.record import RecordedRequest
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Crowd, Visit
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.targets import CATALOG
from support.systems.catalog.timeline_events import BACKUP, LIVE, SAVED, timeline_events

BEGAN = 1_000.0


class Record(ProviderRecord):
    def __init__(self, *requests: RecordedRequest) -> None:
        self._requests = requests

    def requests(self, *, include_probes: bool = False) -> list[RecordedRequest]:
        return list(self._requests)


def visit(at: float, source: str = "", *, status: int | None = 200, waited: float = 0.1) -> Visit:
    prices = {"Europe 5 GB": Decimal(19)} if source else {}
    return Visit(status, prices, timedelta(seconds=waited), BEGAN + at, source, None, None, "")


def request(at: float, not_before: float | None = None) -> RecordedRequest:
    return RecordedRequest(
        id=1,
        at=BEGAN + at,
        mono=at,
        method="GET",
        path="/",
        key=None,
        rule=None,
        probe=False,
        not_before=None if not_before is None else BEGAN + not_before,
    )


def read(*history: object, record: ProviderRecord = Record()) -> TimelineEvents:  # noqa: B008  it never changes
    stage = Stage(record)
    for one in history:
        stage.put(one)
    return timeline_events(stage, BEGAN)


def lane(events: TimelineEvents, name: str) -> Lane | Ticks:
    return next(lane for lane in events.lanes if lane.name == name)


def test_answers_are_graded_by_their_source() -> None:
    crowd = Crowd((visit(0.5, "provider"), visit(0.4, "backup")))
    events = read(visit(0.1, "cache"), crowd, visit(0.6, status=503), visit(0.7, status=None))
    assert [answer.grade for answer in events.answers] == [SAVED, LIVE, BACKUP, REFUSED, SILENT]
    assert [answer.at - BEGAN for answer in events.answers] == pytest.approx([0.1, 0.5, 0.4, 0.6, 0.7])


def test_earlier_requests_are_left_out_and_overlapping_pauses_are_merged() -> None:
    events = read(record=Record(request(-1), request(0.1), request(0.2, 2.2), request(0.3, 2.3), request(3, 4)))
    calls, pauses = lane(events, "provider calls"), lane(events, "asked to wait")
    assert isinstance(calls, Ticks)
    assert isinstance(pauses, Lane)
    assert [moment - BEGAN for moment in calls.moments] == pytest.approx([0.1, 0.2, 0.3, 3])
    assert [one.begin - BEGAN for one in pauses.intervals] == pytest.approx([0.2, 3])
    assert [one.words for one in pauses.intervals] == ["until 2.3 s", "until 4.0 s"]


def test_an_update_is_shown_with_its_end_and_its_source() -> None:
    update = Update("cooling_down", "cache", {}, "", timedelta(seconds=0.5), BEGAN + 1)
    updates = lane(read(update), "updates")
    assert isinstance(updates, Lane)
    assert [(one.begin, one.end, one.words) for one in updates.intervals] == [
        (BEGAN + 1, BEGAN + 1.5, "cooling down, saved copy")
    ]


def test_restarts_are_reported() -> None:
    restart = Restart(CATALOG, 1, BEGAN + 0.5, 0.4)
    assert read(restart).restarts == [restart]


def test_without_the_provider_s_record_everything_else_is_shown() -> None:
    events = read(visit(0.1, "cache"), record=absent(ProviderRecord, "it runs elsewhere"))
    assert [lane.name for lane in events.lanes] == ["updates"]
    assert [answer.grade for answer in events.answers] == [SAVED]


def test_consecutive_visits_with_the_same_answer_share_a_row() -> None:
    (table,) = read(visit(0.1, "cache"), visit(0.2, "cache", waited=0.3), visit(0.3, status=503)).tables
    assert [(row.columns["who"], row.columns["waited"]) for row in table.rows] == [
        ("a shopper, 2 times", "0.100 s to 0.300 s"),
        ("a shopper", "0.100 s"),
    ]
