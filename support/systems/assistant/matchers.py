"""Matchers for the assistant's promises. Each explains a mismatch in the words of the features."""

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hamcrest import greater_than
from hamcrest.core.matcher import Matcher

from support.core.amounts import counted
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.core.described import described, mismatch_of
from support.standins.record import RecordedRequest
from support.systems.assistant.actors.person import Reply

SCHEDULING_DELAY = timedelta(seconds=0.25)  # what connecting and scheduling on a busy machine may add to a wait
MINUTE_S = 60
CLOCK_READING_S = 0.005  # times are told in milliseconds
MAX_LISTED = 10  # requests listed in a mismatch


def a_right_answer() -> Matcher[Any]:
    """The AI service's answer to the very text and operation that was asked about, live or stored."""

    def mismatch(reply: Reply) -> str:
        if not reply.answered or reply.source == "fallback":
            return f"the answer was {reply}"
        asked = reply.text[:100]
        if not reply.result.startswith(f"{reply.operation} ") or asked not in reply.result:
            return f'asked for {reply.operation} of "{asked}", a person was answered {reply}'
        return reply.contradiction

    return described("the AI service's answer to what was asked", mismatch)


def an_answer() -> Matcher[Any]:
    """An answer of any source, a fallback too."""

    def mismatch(reply: Reply) -> str:
        return reply.contradiction if reply.answered else f"the answer was {reply}"

    return described("an answer", mismatch)


def comes_from(source: str, attempts: int | None = None) -> Matcher[Any]:
    """An answer from *source* ("live", "cached", "fallback"), after so many *attempts*. Live and stored ones have to be right."""

    def mismatch(reply: Reply) -> str:
        if not reply.answered or reply.source != source or attempts not in {None, reply.attempts}:
            return f"the answer was {reply}"
        return reply.contradiction if source == "fallback" else mismatch_of(a_right_answer(), reply)

    after = "" if attempts is None else f" after {counted(attempts, 'attempt')}"
    return described(f"an answer that is {source}{after}", mismatch)


def a_helpful_fallback() -> Matcher[Any]:
    """A fallback answer that says when to come back."""

    def mismatch(reply: Reply) -> str:
        if not reply.answered or reply.source != "fallback":
            return f"the answer was {reply}"
        if reply.come_back_after is None or reply.come_back_after_header is None:
            missing = "body" if reply.come_back_after is None else "header"
            return f"its {missing} says nothing of when to come back"
        told, header = reply.come_back_after.total_seconds(), reply.come_back_after_header.total_seconds()
        if header != max(1, math.ceil(told)):
            return f"its header says {header:g} s, its body {told:.2f} s"
        return reply.contradiction

    return described("a fallback answer that says when to come back", mismatch)


def as_old_as(stored: Reply) -> Matcher[Any]:
    """A stored answer that tells its age: the time since *stored*, when the AI service gave it."""

    def mismatch(reply: Reply) -> str:
        least, most = (
            reply.at - stored.at - stored.waited.total_seconds(),
            reply.at - stored.at + reply.waited.total_seconds(),
        )
        if reply.age is None or reply.age_header is None:
            missing = "body" if reply.age is None else "header"
            return f"its {missing} says nothing of its age; the answer was {reply}"
        told, header = reply.age.total_seconds(), reply.age_header.total_seconds()
        if not least - CLOCK_READING_S <= told <= most + CLOCK_READING_S:
            return f"it says {told:.2f} s, and was given {least:.2f} to {most:.2f} s ago"
        if header != int(told):
            return f"its header says {header:g} s, its body {told:.2f} s"
        return ""

    return described("an answer that tells its age", mismatch)


def says_when_to_come_back(allowed: Sequence[Reply]) -> Matcher[Any]:
    """A refusal whose Retry-After leads to the moment when the first of *allowed* is a minute ago, in whole seconds."""

    def mismatch(reply: Reply) -> str:
        first = min(allowed, key=lambda one: one.at)
        least = first.at + MINUTE_S - reply.at - reply.waited.total_seconds()
        most = first.at + first.waited.total_seconds() + MINUTE_S - reply.at + 1
        if reply.come_back_after_header is None:
            return "the refusal says nothing of when to come back (Retry-After)"
        seconds = reply.come_back_after_header.total_seconds()
        if not least - CLOCK_READING_S <= seconds <= most + CLOCK_READING_S:
            return f"Retry-After is {seconds:g}, but a place becomes free {least:.2f} to {most:.2f} s later"
        return ""

    return described("a refusal that says when a place becomes free", mismatch)


def refused(status: int, error: str) -> Matcher[Any]:
    def mismatch(reply: Reply) -> str:
        if (reply.status, reply.error) != (status, error):
            return f"the answer was {reply}"
        return reply.contradiction

    return described(f'a refusal with {status}, "{error}"', mismatch)


def arrived(count: int) -> Matcher[Any]:
    """Exactly so many requests at the AI service."""

    def mismatch(requests: Sequence[RecordedRequest]) -> str:
        if len(requests) == count:
            return ""
        listed = [
            f"{request.key} after {request.mono - requests[0].mono:.2f} s (answered {request.status or 'nothing'})"
            for request in requests[:MAX_LISTED]
        ]
        more = ["..."] if len(requests) > MAX_LISTED else []
        return f"{len(requests)} arrived: {', '.join([*listed, *more])}" if requests else "none arrived"

    return described(counted(count, "request"), mismatch)


def assert_backed_off(waits: Sequence[float], first: timedelta, cap: timedelta, jitter: timedelta) -> None:
    """Before attempt n+1: min(cap, first * 2^(n-1)) + U(0, jitter) seconds.

    The lower bound is exact; the upper one allows for scheduling, and `LateError` tells of the wait that was furthest above it.
    """
    assert_that(len(waits), greater_than(0), "attempts after the first")
    spans = [timedelta(seconds=wait) for wait in waits]
    least = [min(cap, first * 2**number) for number in range(len(waits))]
    most = [one + jitter + SCHEDULING_DELAY for one in least]
    shortest = min(range(len(waits)), key=lambda number: spans[number] / least[number])
    longest = max(range(len(waits)), key=lambda number: spans[number] / most[number])
    told = ", ".join(f"{wait:.3f}" for wait in waits)
    what = "wait {} of {} s, before an attempt"
    assert_at_least(spans[shortest], least[shortest], what.format(shortest + 1, told))
    assert_at_most(spans[longest], most[longest], what.format(longest + 1, told))


def one_request_sent_again() -> Matcher[Any]:
    """All attempts for one request: the same to the byte, and numbered from 1 in the order of their arrival."""

    def mismatch(attempts: Sequence[RecordedRequest]) -> str:
        numbers = [one.headers.get("x-attempt") for one in attempts]
        if numbers != [str(number) for number in range(1, len(attempts) + 1)]:
            return f"the attempts were numbered {', '.join(map(str, numbers))}"
        first = _what_was_sent(attempts[0])
        for number, other in enumerate(map(_what_was_sent, attempts[1:]), start=2):
            if differing := sorted(name for name in {*first, *other} if first.get(name) != other.get(name)):
                return f"attempt {number} differs from attempt 1 in its {', '.join(differing)}"
        return ""

    return described("a request that is the same at each attempt, its attempts numbered", mismatch)


def was_abandoned() -> Matcher[Any]:
    """A request whose connection was closed before it was answered."""

    def mismatch(request: RecordedRequest) -> str:
        return f"a request for {request.key} was answered, or is still waited for" if request.left_at is None else ""

    return described("a connection that was closed", mismatch)


def _what_was_sent(request: RecordedRequest) -> dict[str, str]:
    kept = {name: text for name, text in request.headers.items() if name != "x-attempt"}
    return {"method": request.method, "path": request.path, "body": request.body, **kept}
