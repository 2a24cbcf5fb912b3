"""A busy machine excuses what is late, never what is wrong."""

import pytest

from support.behave_runtime.failures import doubt_of
from support.core.bounds import LateError
from support.core.processor_time import WATCH

WRONG = AssertionError("what the shop showed: expected 19.00; seen: 21.00")
EXPIRED = ("logs/catalog-service.log, line 7: refresh.outlasts_patience",)


NEVER = AssertionError("not fulfilled within 2 s")


@pytest.fixture
def others(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WATCH, "others_since", lambda _at: request.param)


@pytest.mark.parametrize("others", [50.0], indirect=True)
@pytest.mark.parametrize(
    ("error", "ran_out", "outcome"),
    [
        (WRONG, (), "the product"),
        (WRONG, EXPIRED, "doubt"),
        (LateError("the wait", 2.9), (), "doubt"),
        (LateError("the wait", 3.1), (), "the product"),  # half of the processors is left: twice as long, with a margin
        (NEVER, (), "the product"),
        (NEVER, EXPIRED, "doubt"),
    ],
)
@pytest.mark.usefixtures("others")
def test_on_a_busy_machine(error: AssertionError, ran_out: tuple[str, ...], outcome: str) -> None:
    doubt = doubt_of(error, 0.0, lambda: ran_out)
    assert bool(doubt) is (outcome == "doubt")
    assert not doubt or "others took up to 50 % of the processors' time meanwhile" in doubt


@pytest.mark.parametrize("others", [10.0], indirect=True)
@pytest.mark.parametrize("error", [WRONG, LateError("the wait", 1.1), NEVER])
@pytest.mark.usefixtures("others")
def test_on_a_calm_machine_nothing_is_excused(error: AssertionError) -> None:
    assert not doubt_of(error, 0.0, lambda: EXPIRED)
