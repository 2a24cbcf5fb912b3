"""Failed calls are repeated by the table of the contract, and never beyond the attempts or the deadline."""

from datetime import UTC, datetime

import pytest

from support.systems.assistant.app.failures import POLICIES, AttemptError, kind_of_status, retry_after_s
from support.systems.assistant.app.model import Kind, RetrySettings
from support.systems.assistant.app.retry import backoff_s, wait_before_next_s

SETTINGS = RetrySettings(
    attempts=4, backoff_first_s=1.0, backoff_cap_s=3.0, jitter_s=0.5, attempt_timeout_s=5.0, deadline_s=60.0
)
NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
A_MINUTE = 60.0


def wait_s(kind, *, attempt=1, earlier=(), remaining_s=A_MINUTE, asked_s=None):
    return wait_before_next_s(SETTINGS, attempt, AttemptError(kind, retry_after_s=asked_s), earlier, remaining_s)


@pytest.mark.parametrize(("attempt", "planned_s"), [(1, 1.0), (2, 2.0), (3, 3.0), (9, 3.0)])
def test_the_backoff_doubles_up_to_its_cap_and_adds_jitter(attempt, planned_s):
    waits = [backoff_s(SETTINGS, attempt) for _ in range(200)]

    assert min(waits) >= planned_s
    assert max(waits) <= planned_s + SETTINGS.jitter_s
    assert len(set(waits)) > 100


@pytest.mark.parametrize("kind", [Kind.CONNECTION, Kind.TIME_OUT, Kind.SERVER_ERROR, Kind.RATE_LIMITED])
def test_transient_failures_are_repeated_after_the_backoff(kind):
    assert 1.0 <= wait_s(kind) <= 1.5


@pytest.mark.parametrize("kind", [Kind.REJECTED, Kind.MISCONFIGURED])
def test_permanent_failures_are_not_repeated_and_do_not_count(kind):
    assert wait_s(kind) is None
    assert not POLICIES[kind].counts


def test_a_malformed_answer_is_repeated_once_and_at_once():
    assert wait_s(Kind.MALFORMED) == 0
    assert wait_s(Kind.MALFORMED, attempt=2, earlier=[Kind.SERVER_ERROR]) == 0
    assert wait_s(Kind.MALFORMED, attempt=3, earlier=[Kind.MALFORMED, Kind.SERVER_ERROR]) is None


def test_the_last_attempt_is_the_last():
    assert wait_s(Kind.SERVER_ERROR, attempt=3) is not None
    assert wait_s(Kind.SERVER_ERROR, attempt=4) is None


def test_the_ai_service_says_when_to_come_back():
    assert wait_s(Kind.RATE_LIMITED, asked_s=7.0) == 7.0
    assert wait_s(Kind.RATE_LIMITED, asked_s=0.0) == 0.0


def test_no_wait_is_begun_that_ends_after_the_deadline():
    assert wait_s(Kind.RATE_LIMITED, asked_s=61.0) is None
    assert wait_s(Kind.SERVER_ERROR, remaining_s=0.9) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("Fri, 27 Nov 2026 12:00:30 GMT", 30.0),
        ("Fri, 27 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("Fri, 27 Nov 2026 12:00:30 +99999999999999", None),
        ("9" * 400, 86_400.0),
        ("Fri, 27 Nov 2099 11:00:00 GMT", 86_400.0),
        ("-1", None),
        ("1.5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(header, seconds):
    assert retry_after_s(header, NOW) == seconds


@pytest.mark.parametrize(
    ("statuses", "kind"),
    [
        ((500, 502, 503, 529, 599, 408), Kind.SERVER_ERROR),
        ((429,), Kind.RATE_LIMITED),
        ((400, 413, 422), Kind.REJECTED),
        ((301, 307, 401, 403, 404, 405, 418), Kind.MISCONFIGURED),
        ((201, 204), Kind.MALFORMED),
    ],
)
def test_every_status_has_its_kind(statuses, kind):
    assert {kind_of_status(status) for status in statuses} == {kind}
