"""An alert is raised once for each crossing, and cleared when it is over."""

import pytest

from support.selftest.assistant.monitored import ALERTS, ended, work
from support.systems.assistant.app.alert import AlertKind, AlertState
from support.systems.assistant.app.alert_book import AlertBook
from support.systems.assistant.app.alert_rules import AlertRules
from support.systems.assistant.app.benchmarks import Result
from support.systems.assistant.app.events import AttemptEnded, BreakerMoved, ServiceRefusesUs
from support.systems.assistant.app.median import Median
from support.systems.assistant.app.model import BreakerState, Kind, Source

CLOSED, HALF_OPEN, OPEN = BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN
FAILED = ended(Source.FALLBACK, errors=(Kind.SERVER_ERROR,))
GOOD = ended(Source.LIVE)


class Watched:
    """The rules with a clock that we set, and what they announced."""

    def __init__(self):
        self.announced = []
        self.now = 0.0
        self.book = AlertBook(self.announced.append)
        self.rules = AlertRules(self.book, ALERTS, lambda: self.now)

    def see(self, *events):
        for event in events:
            self.rules(event)

    def compare(self, **states):
        self.rules.compare(states, self.rules.of_breakers())
        return [(alert.kind, alert.state) for alert in self.announced]


@pytest.fixture
def watched():
    return Watched()


RAISED = (AlertKind.FAILURE_RATE, AlertState.RAISED)
CLEARED = (AlertKind.FAILURE_RATE, AlertState.CLEARED)


def test_too_many_failures_are_told_once_and_their_end_too_with_the_same_id(watched):
    watched.see(*[FAILED] * 6, *[GOOD] * 4)
    assert watched.compare() == [RAISED]
    watched.see(*[FAILED] * 20)
    assert watched.compare() == [RAISED]
    watched.see(*[GOOD] * 30)
    assert watched.compare() == [RAISED, CLEARED]
    raised, cleared = watched.announced
    assert (raised.id, raised.operation, raised.value, raised.threshold) == (cleared.id, "qa", 0.6, 0.5)
    assert watched.book.active == {}


def test_the_limit_itself_is_not_crossed(watched):
    watched.see(*[FAILED] * 5, *[GOOD] * 5)
    assert watched.compare() == []


def test_a_second_crossing_is_another_alert(watched):
    watched.see(*[FAILED] * 10)
    watched.compare()
    watched.now = 61
    watched.compare()
    watched.see(*[FAILED] * 10)
    assert watched.compare() == [RAISED, CLEARED, RAISED]
    assert watched.announced[0].id != watched.announced[2].id


def test_what_is_older_than_the_window_no_longer_counts(watched):
    watched.see(*[FAILED] * 10)
    watched.now = 50
    watched.see(*[GOOD] * 20)
    assert watched.compare() == []
    watched.now = 61  # the failures are forgotten
    watched.see(*[FAILED] * 15)
    assert watched.compare() == []
    watched.now = 111
    assert watched.compare() == [RAISED]


def test_a_restart_alone_ends_nothing(watched):
    watched.see(*[FAILED] * 10)
    watched.compare()
    watched.rules = AlertRules(watched.book, ALERTS, lambda: watched.now)
    watched.now = 59
    assert watched.compare() == [RAISED]
    watched.see(FAILED)
    watched.now = 60
    assert watched.compare() == [RAISED]
    watched.now = 120
    assert watched.compare() == [RAISED, CLEARED]


def test_few_requests_raise_nothing_and_do_not_end_what_was_raised(watched):
    watched.see(*[FAILED] * 9)
    assert watched.compare() == []
    watched.see(FAILED)
    watched.now = 30
    watched.see(FAILED)
    assert watched.compare() == [RAISED]
    watched.now = 61  # one failed request is left in the window
    assert watched.compare() == [RAISED]
    watched.now = 91
    assert watched.compare() == [RAISED, CLEARED]


@pytest.mark.parametrize(
    "harmless",
    [ended(None), ended(Source.CACHED), ended(Source.LIVE, errors=(Kind.TIME_OUT,))],
    ids=lambda event: f"{event.source} {len(event.errors)}",
)
def test_what_is_no_failure_of_the_ai_service(watched, harmless):
    watched.see(*[harmless] * 20)
    assert watched.compare() == []


def test_a_stored_answer_after_errors_is_a_failure(watched):
    watched.see(*[ended(Source.CACHED, errors=(Kind.TIME_OUT,))] * 10)
    assert watched.compare() == [RAISED]


def test_slow_requests_are_told_by_their_95th_percentile(watched):
    watched.see(*[ended(Source.LIVE, took_s=0.2)] * 19, ended(Source.LIVE, took_s=3.0))
    assert watched.compare() == []
    watched.see(ended(Source.LIVE, took_s=2.0))
    assert watched.compare() == [(AlertKind.SLOW_REQUESTS, AlertState.RAISED)]
    assert watched.announced[0].value == 2.0
    watched.see(*[ended(Source.LIVE, took_s=0.2)] * 30)
    assert watched.compare()[1:] == [(AlertKind.SLOW_REQUESTS, AlertState.CLEARED)]


def test_operations_are_compared_apart(watched):
    watched.see(*[FAILED] * 10, *[ended(Source.LIVE, operation="sentiment")] * 40)
    assert watched.compare() == [RAISED]
    assert watched.announced[0].operation == "qa"


def test_a_breaker_that_opens_is_told_once_until_it_closes(watched):
    opened = (AlertKind.BREAKER_OPEN, AlertState.RAISED)
    watched.see(BreakerMoved("qa", CLOSED, OPEN, "server_error"))
    watched.see(BreakerMoved("qa", OPEN, HALF_OPEN, "elapsed"), BreakerMoved("qa", HALF_OPEN, OPEN, "time_out"))
    assert watched.compare(qa=OPEN) == [opened]
    assert watched.compare(qa=HALF_OPEN) == [opened]
    watched.see(BreakerMoved("qa", OPEN, HALF_OPEN, "elapsed"), BreakerMoved("qa", HALF_OPEN, CLOSED, "success"))
    assert watched.compare(qa=CLOSED) == [opened, (AlertKind.BREAKER_OPEN, AlertState.CLEARED)]


def test_a_breaker_that_another_instance_closed_is_cleared(watched):
    watched.see(BreakerMoved("qa", CLOSED, OPEN, "server_error"))
    assert watched.compare(qa=CLOSED)[1:] == [(AlertKind.BREAKER_OPEN, AlertState.CLEARED)]


def test_a_breaker_that_opens_while_the_states_are_looked_at_is_not_cleared(watched):
    raised_before = watched.rules.of_breakers()
    watched.see(BreakerMoved("qa", CLOSED, OPEN, "server_error"))
    watched.rules.compare({"qa": CLOSED}, raised_before)
    assert [alert.state for alert in watched.announced] == [AlertState.RAISED]


def test_the_instance_whose_probe_failed_does_not_tell_of_a_breaker_that_another_opened(watched):
    watched.see(BreakerMoved("qa", HALF_OPEN, OPEN, "server_error"))
    assert watched.compare(qa=OPEN) == []


def test_an_ai_service_that_refuses_us_is_one_alert_for_all_operations_until_a_call_succeeds(watched):
    watched.see(ServiceRefusesUs("qa"), ServiceRefusesUs("sentiment"))
    watched.see(AttemptEnded(work(), 1, 0.1, Kind.SERVER_ERROR))
    assert watched.compare() == [(AlertKind.AI_SERVICE_REFUSES_US, AlertState.RAISED)]
    watched.see(AttemptEnded(work("sentiment"), 1, 0.1), AttemptEnded(work(), 1, 0.1))
    kinds = [(AlertKind.AI_SERVICE_REFUSES_US, state) for state in AlertState]
    assert watched.compare() == kinds


def test_a_benchmark_that_became_slower_is_told_until_it_is_fast_again(watched):
    first = Median(1.0, 0.1, 200)
    slow, fast = (Result("validation", "s", median, 0.1, 200, first, 1.0, median > 1.5) for median in (2.0, 1.0))
    for result in (fast, slow, slow, fast, fast):
        watched.rules.judge([result])
    assert watched.compare() == [(AlertKind.REGRESSION, state) for state in AlertState]
    assert (watched.announced[0].value, watched.announced[0].threshold) == (2.0, 1.5)
