"""Checks of what applications observed: each must accept correct results and reject wrong ones."""

from datetime import timedelta

import pytest

from support.measure.ledger import Fate
from support.systems.infrastructure.actors.etcd_watch import DeliveredChanges
from support.systems.infrastructure.actors.kafka_consumer_group import ConsumedMessage
from support.systems.infrastructure.clusters.etcd_gateway import KeyValue
from support.systems.infrastructure.observers.message_order import numbered_messages, out_of_order
from support.systems.infrastructure.observers.value_lifetime import ValueLifetime, observe_lifetime
from support.workload.attempts import Attempt, Attempts
from support.workload.call_times import time_calls
from support.workload.interruption import interruption
from support.workload.loss_account import loss_ledger


def made(what: str, fate: Fate, began: float = 0.0, took_s: float = 0.01, value: str | None = None) -> Attempt:
    return Attempt(what, fate, 1_000 + began, began, took_s, "" if fate is Fate.CONFIRMED else "no answer", value)


def test_a_ledger_distinguishes_lost_from_unknown_and_refused():
    attempts = [made("a", Fate.CONFIRMED), made("b", Fate.CONFIRMED), made("c", Fate.UNKNOWN), made("d", Fate.REFUSED)]

    ledger = loss_ledger("values", attempts, "etcd", ["a", "d", "a"])

    assert [sentence.split(" ")[0] for sentence in ledger.lost()] == ["b"]
    assert ledger.unexpected() == ["d"]
    assert ledger.duplicated() == ["a"]


def life(*reads):
    return ValueLifetime(made("session", Fate.CONFIRMED, began=0.0, took_s=0.1), timedelta(seconds=1), Attempts(reads))


def test_a_value_that_expires_in_time_is_neither_early_nor_late():
    lived = life(
        made("session", Fate.CONFIRMED, 0.5, value="Ana"),
        made("session", Fate.CONFIRMED, 1.05, value="Ana"),
        made("session", Fate.CONFIRMED, 1.06, value=None),
        made("session", Fate.CONFIRMED, 1.5, value=None),
    )

    assert (lived.early(), lived.late()) == ([], [])


def test_a_value_that_expires_too_early_or_too_late_is_reported():
    assert life(made("session", Fate.CONFIRMED, 0.9, value=None)).early() == ["0.080 s early"]
    assert life(made("session", Fate.CONFIRMED, 1.21, value="Ana")).late() == ["0.100 s too long"]


def test_reads_after_the_expiry_are_counted_so_that_their_absence_is_seen():
    assert life(made("session", Fate.CONFIRMED, 1.05, value="Ana")).reads_after() == 0
    assert life(made("session", Fate.CONFIRMED, 1.2)).reads_after() == 1


def reads_of(monkeypatch, *answers):
    """Observe a session of 1 s from reads that give these *answers* (None: expired, "": no answer) every 0.3 s."""
    monkeypatch.setattr("support.core.eventually.time.sleep", lambda _seconds: None)
    reads = iter(
        made("session", Fate.CONFIRMED if answer != "" else Fate.UNKNOWN, 0.3 * number, value=answer or None)
        for number, answer in enumerate(answers)
    )
    return observe_lifetime(made("session", Fate.CONFIRMED), timedelta(seconds=1), lambda: next(reads))


def test_a_session_is_read_until_it_is_gone_also_across_an_outage(monkeypatch):
    lived = reads_of(monkeypatch, "Ana", "Ana", "", "", "", None)

    assert (lived.reads_before(), lived.reads_after(), lived.late()) == (2, 1, [])


def test_a_session_that_outlives_an_outage_is_reported(monkeypatch):
    lived = reads_of(monkeypatch, "Ana", "", "", "", "", "", "Ana")

    assert len(lived.late()) == 1


def test_a_session_that_is_gone_too_early_is_reported_although_reading_goes_on(monkeypatch):
    assert len(reads_of(monkeypatch, "Ana", None, None, None, None).early()) == 3


def test_a_delivered_change_is_named_by_its_key_and_value_or_as_deleted():
    delivered = DeliveredChanges((KeyValue("a/x", "1", 3), KeyValue("a/x", "", 4, deleted=True)), 1)

    assert delivered.names("a/") == ["x is 1", "x is deleted"]
    assert delivered.out_of_order("a/") == []


def test_a_change_that_is_delivered_after_a_later_one_is_out_of_order():
    delivered = DeliveredChanges((KeyValue("a/x", "2", 4), KeyValue("a/x", "1", 3), KeyValue("a/y", "3", 5)), 1)

    assert delivered.out_of_order("a/") == ["x is 1"]


def consumed(*values):
    return [ConsumedMessage(value, None, 0, number, "Ana", float(number)) for number, value in enumerate(values)]


def test_messages_in_order_and_repeated_messages_are_accepted():
    assert out_of_order(consumed("a, 0", "b, 0", "a, 1", "a, 0", "a, 1", "a, 2", "b, 1")) == []


def test_a_message_out_of_order_is_reported():
    assert out_of_order(consumed("a, 0", "a, 2", "b, 0", "a, 1")) == ["a, 1 came after number 2"]


def test_messages_about_different_things_are_interleaved():
    assert numbered_messages(2, 2) == [
        ("order 0", "order 0, 0"),
        ("order 1", "order 1, 0"),
        ("order 0", "order 0, 1"),
        ("order 1", "order 1, 1"),
    ]


def test_an_interruption_ends_with_the_first_confirmation_of_something_attempted_after_the_fault():
    attempts = [
        made("a", Fate.CONFIRMED, 9.99, took_s=0.02),
        made("b", Fate.UNKNOWN, 10.1, took_s=0.5),
        made("c", Fate.CONFIRMED, 10.7, took_s=0.1),
    ]

    assert interruption(attempts, 10.0, timedelta(seconds=1)).took_s == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("limit", "attempts", "why"),
    [
        (1, [made("a", Fate.CONFIRMED, 9.0)], "nothing was attempted"),
        (
            1,
            [made("a", Fate.UNKNOWN, 10.5)],
            "none of 1 writes was confirmed after the fault; the last result was: no answer",
        ),
        (1, [made("a", Fate.CONFIRMED, 11.5)], "came 1.51 s after the fault"),
    ],
)
def test_an_interruption_beyond_the_limit_is_reported(limit, attempts, why):
    with pytest.raises(AssertionError, match=why):
        interruption(attempts, 10.0, timedelta(seconds=limit))


def test_call_times_exclude_the_first_calls():
    calls = []

    def call(number):
        calls.append(number)
        return made(f"{number}", Fate.CONFIRMED, took_s=number / 1000)

    figures = {figure.name: figure.value for figure in time_calls("a call", 100, call)}

    assert len(calls) == 110
    assert figures["a call"] == pytest.approx(0.0595)
    assert figures["a call, 99 in 100 within"] == pytest.approx(0.109, abs=0.001)


def test_call_times_require_that_all_calls_succeed():
    with pytest.raises(AssertionError, match="some calls failed: no answer"):
        time_calls("a call", 100, lambda number: made(f"{number}", Fate.REFUSED if number == 50 else Fate.CONFIRMED))
