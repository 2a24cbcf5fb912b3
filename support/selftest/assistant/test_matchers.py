"""Each matcher of the assistant tells a mismatch in words, with nothing of a programming language in it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from support.core.checks import assert_that
from support.selftest.core.test_checks import RAW
from support.standins.record import RecordedRequest
from support.systems.assistant import matchers
from support.systems.assistant.actors.person import Reply

SECOND = timedelta(seconds=1)
LIVE = Reply(
    operation="summarize",
    text="Letter 000001: all is well.",
    status=200,
    source="live",
    result="summarize 3 [d1]: Letter 000001: all is well.",
    attempts=1,
    errors=(),
    waited=SECOND,
    at=0.0,
    request_id="r-1",
)
FALLBACK = replace(LIVE, source="fallback", result="Come back later.", errors=("time_out",))
FALLBACK = replace(FALLBACK, come_back_after=SECOND / 2, come_back_after_header=SECOND)

STORED = replace(LIVE, source="cached", at=10.0, age=timedelta(seconds=9.5), age_header=9 * SECOND)
REFUSED = replace(LIVE, status=429, error="rate_limited", result="", at=10.0, come_back_after_header=50 * SECOND)


def request(number: int, **facts: Any) -> RecordedRequest:
    known = {"at": float(number), "mono": float(number), "method": "POST", "path": "/v1/chat/completions", "key": "qa"}
    return RecordedRequest(id=number, **{**known, "headers": {"x-attempt": str(number)}, **facts})


WRONG: dict[str, tuple[Any, list[Any]]] = {
    "a_right_answer": (
        matchers.a_right_answer(),
        [
            FALLBACK,
            replace(LIVE, status=None, result="", error="ReadTimeout"),
            replace(LIVE, text="Letter 000002: all is well."),
            replace(LIVE, operation="qa"),
            replace(LIVE, contradiction="its header X-Request-ID is 'r-2', its body has the request_id 'r-1'"),
        ],
    ),
    "an_answer": (matchers.an_answer(), [replace(LIVE, status=None, result="", error="ConnectionError")]),
    "comes_from": (
        matchers.comes_from("live", attempts=2),
        [LIVE, FALLBACK, replace(LIVE, attempts=2, text="Letter 000002: all is well.")],
    ),
    "a_helpful_fallback": (
        matchers.a_helpful_fallback(),
        [
            LIVE,
            replace(FALLBACK, come_back_after=None),
            replace(FALLBACK, come_back_after_header=None),
            replace(FALLBACK, come_back_after_header=2 * SECOND),
        ],
    ),
    "refused": (matchers.refused(422, "rejected"), [LIVE, replace(LIVE, status=422, error="invalid_request")]),
    "as_old_as": (
        matchers.as_old_as(LIVE),
        [
            LIVE,
            replace(STORED, age_header=None),
            replace(STORED, age=8 * SECOND, age_header=8 * SECOND),
            replace(STORED, age=12 * SECOND, age_header=12 * SECOND),
            replace(STORED, age_header=timedelta()),
        ],
    ),
    "says_when_to_come_back": (
        matchers.says_when_to_come_back([replace(LIVE, at=5.0), LIVE]),
        [
            replace(REFUSED, come_back_after_header=None),
            *(replace(REFUSED, come_back_after_header=time * SECOND) for time in (48, 53)),
        ],
    ),
    "arrived": (matchers.arrived(1), [[], [request(1), request(2)]]),
    "one_request_sent_again": (
        matchers.one_request_sent_again(),
        [
            [request(1), request(3)],
            [request(1, body="a"), request(2, body="b")],
            [request(1), request(2, headers={"x-attempt": "2", "authorization": "Bearer another"})],
        ],
    ),
    "was_abandoned": (matchers.was_abandoned(), [request(1, status=200)]),
}
RIGHT: dict[str, Any] = {
    "a_right_answer": LIVE,
    "an_answer": FALLBACK,
    "comes_from": replace(LIVE, attempts=2),
    "a_helpful_fallback": FALLBACK,
    "refused": replace(LIVE, status=422, error="rejected"),
    "as_old_as": STORED,
    "says_when_to_come_back": REFUSED,
    "arrived": [request(1)],
    "one_request_sent_again": [request(1), request(2)],
    "was_abandoned": request(1, left_at=1.5),
}


def test_every_matcher_is_looked_at() -> None:
    ours = {name for name, one in vars(matchers).items() if _makes_matchers(one)}

    assert ours == set(WRONG) == set(RIGHT)


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_matches(name: str) -> None:
    assert_that(RIGHT[name], WRONG[name][0])


@pytest.mark.parametrize(("name", "wrong"), [(name, wrong) for name, (_, all_) in WRONG.items() for wrong in all_])
def test_a_mismatch_is_told_in_words(name: str, wrong: Any) -> None:
    with pytest.raises(AssertionError) as failure:
        assert_that(wrong, WRONG[name][0], "what was seen")

    assert not RAW.search(str(failure.value)), failure.value


def _makes_matchers(one: object) -> bool:
    if not isinstance(one, Callable) or getattr(one, "__module__", "") != matchers.__name__:  # type: ignore[arg-type]
        return False
    return "Matcher" in str(getattr(one, "__annotations__", {}).get("return"))
