"""Recovery is counted from the end of the fault; what nobody looked at in time is not known."""

import time
from datetime import timedelta

import pytest

from support.core.errors import InconclusiveError
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery

SOON = timedelta(seconds=1)


def over_since(seconds: float) -> RecoveryStart:
    return RecoveryStart(time.time() - seconds, "the provider is down", "it is back")


def test_the_time_counts_from_the_end_of_the_fault() -> None:
    recovery = wait_for_recovery("all is well", over_since(0.5), lambda: None, SOON)
    assert recovery.time.seconds >= 0.5


def test_a_first_look_after_the_limit_proves_nothing() -> None:
    with pytest.raises(InconclusiveError, match="all is well, but nobody looked before"):
        wait_for_recovery("all is well", over_since(2), lambda: None, SOON)


def test_what_is_not_true_after_the_limit_either_is_a_broken_promise() -> None:
    def check() -> None:
        raise AssertionError("it is ill")

    with pytest.raises(AssertionError, match="it is ill"):
        wait_for_recovery("all is well", over_since(2), check, SOON)
