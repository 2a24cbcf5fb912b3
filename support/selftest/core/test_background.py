"""Background work ends with its scenario, and an error in it is never lost."""

import pytest

from support.core.background import Background
from support.core.errors import BrokenHarnessError, InconclusiveError


class Counting(Background):
    """Counts until `over` is set, or until it raises *error*."""

    def __init__(self, error=None):
        super().__init__()
        self.counted = 0
        self.error = error

    def work(self):
        while not self.over.is_set():
            self.counted += 1
            if self.error:
                raise self.error


def test_it_runs_until_the_end_of_its_block():
    with Counting() as counting:
        while counting.counted < 100:
            pass
    final = counting.counted
    assert counting.counted == final


def test_an_error_in_the_work_is_raised_once_at_the_end():
    counting = Counting(KeyError("lost"))
    counting.begin()
    with pytest.raises(BrokenHarnessError, match=r"Counting ended early with an error: KeyError\('lost'\)"):
        counting.end()
    counting.end()


@pytest.mark.parametrize("error", [AssertionError("the promise is broken"), InconclusiveError("too little load")])
def test_a_broken_promise_or_an_error_of_the_suite_is_raised_as_it_is(error):
    counting = Counting(error)
    counting.begin()
    with pytest.raises(type(error), match=str(error)):
        counting.end()


def test_an_error_in_the_work_takes_precedence_over_a_failure_in_the_block():
    with pytest.raises(BrokenHarnessError), Counting(KeyError("lost")):
        pytest.fail("0 of 0 lost")


def test_work_that_never_began_can_be_ended():
    Counting().end()
