"""What goes on beside a scenario ends with it, and does not break off in silence."""

import pytest

from support.core.background import Background
from support.core.errors import BrokenHarnessError, InconclusiveError


class Counting(Background):
    """Counts until it is over, or until it breaks off."""

    def __init__(self, breaks_off=None):
        super().__init__()
        self.counted = 0
        self.breaks_off = breaks_off

    def work(self):
        while not self.over.is_set():
            self.counted += 1
            if self.breaks_off:
                raise self.breaks_off


def test_it_goes_on_until_the_end():
    with Counting() as counting:
        while counting.counted < 100:
            pass
    told = counting.counted
    assert counting.counted == told


def test_one_that_broke_off_is_told_at_the_end_once():
    counting = Counting(KeyError("lost"))
    counting.begin()
    with pytest.raises(BrokenHarnessError, match=r"Counting broke off: KeyError\('lost'\)"):
        counting.end()
    counting.end()


@pytest.mark.parametrize("trouble", [AssertionError("the promise is broken"), InconclusiveError("too little load")])
def test_what_speaks_for_itself_is_told_as_it_is(trouble):
    counting = Counting(trouble)
    counting.begin()
    with pytest.raises(type(trouble), match=str(trouble)):
        counting.end()


def test_it_outweighs_what_was_seen_meanwhile():
    with pytest.raises(BrokenHarnessError), Counting(KeyError("lost")):
        pytest.fail("0 of 0 lost")


def test_one_that_never_began_can_be_ended():
    Counting().end()
