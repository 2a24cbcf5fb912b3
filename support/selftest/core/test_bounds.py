"""Bounds of durations: kept on the bound itself, and missed by a factor."""

from datetime import timedelta

import pytest

from support.core.bounds import FAR, MissedBoundError, assert_at_least, assert_at_most, missed_times
from support.core.eventually import eventually

SECOND = timedelta(seconds=1)


def test_a_duration_on_the_bound_keeps_it() -> None:
    assert_at_most(SECOND, SECOND, "the wait")
    assert_at_least(SECOND, SECOND, "the wait")


@pytest.mark.parametrize(
    ("check", "seen", "times"),
    [
        (assert_at_most, 1.1, 1.1),
        (assert_at_most, 3, 3),
        (assert_at_least, 0.8, 1.25),
        (assert_at_least, 0, FAR),
    ],
)
def test_a_missed_bound_says_what_was_expected_and_by_how_much_it_was_missed(check, seen, times) -> None:
    with pytest.raises(MissedBoundError, match=r"the wait: expected at (most|least) 1 s; seen: .* s") as missed:
        check(timedelta(seconds=seen), SECOND, "the wait")
    assert missed.value.times == pytest.approx(times)


def test_how_far_a_bound_was_missed_is_known_of_a_check_that_was_repeated() -> None:
    with pytest.raises(AssertionError) as last:
        eventually(lambda: assert_at_most(2 * SECOND, SECOND, "the wait"), within=timedelta(0))
    assert missed_times(last.value) == 2


def test_an_assertion_about_something_else_has_no_factor() -> None:
    assert missed_times(AssertionError("the shop is shut")) is None
