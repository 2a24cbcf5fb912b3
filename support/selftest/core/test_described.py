"""Matchers of ours tell a mismatch in the words that they were given."""

import pytest

from support.core.checks import assert_that
from support.core.described import described, every

THREE = described("three", lambda seen: "" if seen == 3 else f"it was {seen}")


def test_a_mismatch_is_told_as_it_was_explained() -> None:
    with pytest.raises(AssertionError, match="the sum: expected three; seen: it was 4"):
        assert_that(4, THREE, "the sum")


def test_of_several_the_failures_are_counted_and_the_first_is_told() -> None:
    assert_that([3, 3], every(THREE))
    with pytest.raises(AssertionError, match="expected for each: three; seen: 2 of 3 are not; the first: it was 4"):
        assert_that([3, 4, 5], every(THREE))


def test_a_promise_for_each_is_not_kept_where_there_is_none() -> None:
    with pytest.raises(AssertionError, match="there is none"):
        assert_that([], every(THREE))
