"""What scenarios compare with the assistant's own figures: counts, alerts, openings, measurements."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from support.standins.received_alerts import Alert
from support.standins.record import RecordedRequest
from support.systems.assistant.actors.continuous_requests import Call, Request
from support.systems.assistant.actors.person import Reply
from support.systems.assistant.observers import counts
from support.systems.assistant.observers.alerts import Problem, lacks, told_of
from support.systems.assistant.observers.measurements import Measurement, comparable
from support.systems.assistant.observers.openings import Opening, forbidden
from support.systems.assistant.observers.request_ledger import dishonest, miscounted

LETTER = "Letter 1"
LIVE = Reply(
    "summarize", LETTER, 200, "live", f"summarize 1: {LETTER}", 2, ("server_error",), timedelta(seconds=0.1), 1.0, "0-1"
)
FALLBACK = replace(
    LIVE, source="fallback", result="Later.", errors=("server_error", "breaker_open"), come_back_after=timedelta(1)
)
FALLBACK = replace(FALLBACK, come_back_after_header=timedelta(1))
REJECTED = replace(LIVE, status=422, source="", result="", error="rejected", errors=())
SILENT = replace(LIVE, status=None, source="", result="", errors=())
PAGE = """
# TYPE assistant_requests_total counter
assistant_requests_total{operation="summarize",outcome="live"} 2.0
assistant_requests_total{operation="qa",outcome="live"} 0.0
"""


def test_answers_are_counted_as_monitoring_should():
    replies = [LIVE, FALLBACK, REJECTED]

    assert counts.outcomes(replies) == {"summarize live": 1, "summarize fallback": 1, "summarize rejected": 1}
    assert counts.ended_attempts(replies) == {
        "summarize server_error": 2,
        "summarize success": 1,
        "summarize rejected": 1,
    }
    assert counts.refused_calls(replies) == {"summarize": 1}


def test_a_page_is_read_by_labels_and_differences_are_told():
    page = counts.Page([PAGE, PAGE])

    assert counts.differences(page.counts("requests_total", "operation", "outcome"), {"summarize live": 4}) == []
    assert counts.differences(page.counts("requests_total", "operation"), {"qa": 1}) == [
        "qa: 0 instead of 1",
        "summarize: 4 instead of 0",
    ]
    assert (page.series(operation="qa"), page.counted(operation="qa")) == ({"requests_total"}, set())


def alert(**fields):
    told = {"id": "a", "kind": "failure_rate", "state": "raised", "operation": "qa", "severity": "critical"}
    told |= {"message": "qa fails", "value": 0.6, "threshold": 0.5, "service": "assistant"}
    told["at"] = datetime.fromtimestamp(100, UTC).isoformat()
    return Alert(100.5, told | fields)


def test_alerts_are_told_apart_by_kind_and_operation_or_benchmark():
    slower = alert(kind="regression", operation=None, message="validation takes 2 s")
    alerts = [alert(), alert(operation="summarize"), alert(state="cleared"), slower]

    told = told_of(Problem("failure_rate", "qa"), alerts)
    assert (len(told.raised), len(told.cleared)) == (1, 1)
    assert told_of(Problem("regression", "validation"), alerts).raised == (slower,)
    assert told_of(Problem("regression", "retry_overhead"), alerts).raised == ()


def test_an_alert_that_leaves_out_what_matters_lacks_it():
    assert lacks(alert()) == []
    assert lacks(alert(severity="", value=None, at="yesterday")) == [
        "severity",
        "a value above the threshold: None, 0.5",
        "when it happened: yesterday",
    ]
    assert lacks(alert(at="1970-01-01T00:01:40")) != []  # without a zone


def test_measurements_are_compared_at_the_same_pace_of_the_machine():
    one = Measurement("load", 1.0, 0.05, 200, {"median": 1.0}, regression=False)
    slower = replace(one, median=2.0, pace=2.0)
    other = replace(one, median=1.09, pace=1.02)

    assert comparable([slower, one, other]) == [(one, other)]
    assert one.agrees_with(other)
    assert not one.agrees_with(replace(other, median=1.2))


def received(at, request_id="0-1", key="summarize"):
    return RecordedRequest(id=1, at=at, mono=at, method="POST", path="/", key=key, headers={"x-request-id": request_id})


def test_only_requests_of_the_same_assistant_and_operation_are_forbidden_during_an_opening():
    openings = [Opening(0, "summarize", 10, 11)]

    assert len(forbidden(openings, [received(10.5)], [])) == 1
    assert forbidden(openings, [received(9.9), received(10.5, "1-1"), received(10.5, key="qa")], []) == []
    assert forbidden(openings, [received(10.5)], [(10.9, 12)]) == []


def requests(*replies):
    return [Request((Call(0, reply),)) for reply in replies]


def test_an_answer_is_to_what_was_asked_or_says_that_it_is_none():
    other = replace(LIVE, result="summarize 1: Letter 2")
    nothing_said = replace(FALLBACK, come_back_after=None)

    assert dishonest(requests(LIVE, FALLBACK)) == []
    assert len(dishonest(requests(other, nothing_said, SILENT, REJECTED))) == 4


def test_what_nobody_knows_may_have_been_counted_or_not():
    asked = requests(LIVE, SILENT)

    assert [miscounted({"summarize live": count}, asked, 0) == [] for count in range(4)] == [False, True, True, False]
    assert miscounted({}, asked, 1) == []
    assert miscounted({"summarize live": 2}, requests(LIVE), 0) == ["summarize live: 2 instead of 1"]
