"""Matchers for the catalog's promises. Each explains a mismatch in the words of the features."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from math import inf
from typing import Any

from hamcrest import greater_than
from hamcrest.core.matcher import Matcher

from support.core.amounts import counted
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.core.described import described
from support.core.in_words import in_words
from support.core.internals import internals
from support.standins.received_alerts import Alert
from support.standins.record import RecordedRequest
from support.systems.catalog.actors.catalog_api import source_in_words
from support.systems.catalog.actors.operator import SetAside
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.store_watch import StoreState

SCHEDULING_DELAY = timedelta(seconds=0.09)  # what connecting and scheduling on a busy machine may add to a wait
AGE_RESOLUTION_S = 0.002  # ages are given in whole milliseconds
AGE_TOLERANCE = timedelta(minutes=1)
AGE_RESOLUTION = timedelta(seconds=1)
MAX_LISTED = 10  # requests listed in a mismatch


def offers(prices: Mapping[str, Decimal]) -> Matcher[Any]:
    """Prices by bundle, of which these are among them."""

    def mismatch(shown: Mapping[str, Decimal]) -> str:
        if all(shown.get(bundle) == price for bundle, price in prices.items()):
            return ""
        asked = {bundle: shown[bundle] for bundle in prices if bundle in shown}
        return _quoted(asked) if len(asked) == len(prices) else _quoted(shown)

    return described(_quoted(prices), mismatch)


def a_served_visit() -> Matcher[Any]:
    return described("a catalog with prices", lambda visit: "" if visit.served else f"the answer was {visit}")


def a_polite_refusal() -> Matcher[Any]:
    def mismatch(visit: Visit) -> str:
        if visit.status != 503:
            return f"the answer was {visit}"
        if visit.come_back_after is None:
            return "the answer was 503 without Retry-After"
        return visit.contradiction

    return described("a request to come back shortly (503 with Retry-After)", mismatch)


def comes_from(source: str, age: timedelta | None = None) -> Matcher[Any]:
    """A visit whose answer names this *source* and, where *age* is given, this age within a minute."""

    def mismatch(visit: Visit) -> str:
        if visit.source != source:
            return f"the answer names {source_in_words(visit.source)}"
        if age is not None and (visit.age is None or abs(visit.age - age) > AGE_TOLERANCE):
            return f"the answer gives the age {in_words(visit.age)}"
        return visit.contradiction

    return described(
        f"an answer that names {source_in_words(source)} as its source"
        + (f" and the age {in_words(age)}" if age else ""),
        mismatch,
    )


def expires_in(life: timedelta) -> Matcher[Any]:
    """The life left of what has just begun: *life*, less what has passed since; None for what never expires."""

    def mismatch(left: timedelta | None) -> str:
        if left is None:
            return "it never expires"
        return "" if life - AGE_TOLERANCE <= left <= life + AGE_RESOLUTION else f"it expires in {in_words(left)}"

    return described(f"an expiry in {in_words(life)}", mismatch)


def tells_all() -> Matcher[Any]:
    """An alert with everything that its readers need."""

    def mismatch(alert: Alert) -> str:
        missing = [name for name in ("severity", "message", "service") if not str(alert.body.get(name) or "").strip()]
        said = str(alert.body.get("at", ""))
        try:
            off_s = abs(datetime.fromisoformat(said).timestamp() - alert.at)
        except ValueError:
            off_s = inf
        wrong = [f"it lacks its {' and its '.join(missing)}"] if missing else []
        wrong += [f"its time is {said!r}"] if off_s > AGE_TOLERANCE.total_seconds() else []
        return ", and ".join(wrong)

    return described("an alert with its severity, a message, the service and the time at which it was sent", mismatch)


def says_out_of_date() -> Matcher[Any]:
    return described(
        "an answer that calls its prices out of date",
        lambda visit: "" if visit.stale else f"the answer does not, at an age of {in_words(visit.age)}",
    )


def ages_as_time_passes() -> Matcher[Any]:
    """Visits whose ages differ by as much time as passed between their answers."""

    def mismatch(visits: Sequence[Visit]) -> str:
        visits = sorted(visits, key=lambda visit: visit.at)
        if len(visits) < 2 or any(visit.age is None for visit in visits):
            return "fewer than two answers give an age"
        first = visits[0]
        for other in visits[1:]:
            grown = _seconds(other.age) - _seconds(first.age)
            passed = other.at - first.at
            # the service computes an age at some moment between the request and the answer
            least = passed - first.waited.total_seconds() - AGE_RESOLUTION_S
            most = passed + other.waited.total_seconds() + AGE_RESOLUTION_S
            if not least <= grown <= most:
                return f"{passed:.3f} s after an answer with the age {in_words(first.age)} the age was {in_words(other.age)}"
        return ""

    return described("ages that grow by as much time as passes between the answers", mismatch)


def nothing_internal() -> Matcher[Any]:
    def mismatch(text: str) -> str:
        found = internals(text)
        return f"it contains {found}: {text[:200]}" if found else ""

    return described("a text without code, addresses, paths, statements, names of stores or secrets", mismatch)


def does_not_show(secret: str) -> Matcher[Any]:
    """A text without *secret*; the mismatch does not repeat it."""
    return described(
        "a text that does not contain the secret", lambda text: "the text contains it" if secret in text else ""
    )


def whole_versions(bundles: int) -> Matcher[Any]:
    def mismatch(states: Sequence[StoreState]) -> str:
        for number, state in enumerate(states, start=1):
            if not (state.checksum_ok and state.contents.bundles == bundles and len(state.contents.prices) == 1):
                return f"state {number} of {len(states)} was {state}"
        return ""

    return described(f"at all times {bundles} bundles of one price, with a valid checksum", mismatch)


def never_older() -> Matcher[Any]:
    def mismatch(states: Sequence[StoreState]) -> str:
        for earlier, later in pairwise(states):
            if min(later.contents.prices) < max(earlier.contents.prices):
                return f"{later} came after {earlier}"
        return ""

    return described("versions in the order in which the provider made them", mismatch)


def sets_aside(name: str, *words: str) -> Matcher[Any]:
    def mismatch(bundles: Sequence[SetAside]) -> str:
        if any(one.name == name and all(word in one.reason for word in words) for one in bundles):
            return ""
        found = [f'"{one.name}": {one.reason}' for one in bundles]
        return f"set aside: {'; '.join(found) or 'none'}"

    return described(f'a bundle named "{name}", set aside for a reason that contains {" and ".join(words)}', mismatch)


def arrived(least: int, most: int | None = None) -> Matcher[Any]:
    """Exactly *least* requests to the provider, or from *least* to *most*."""
    most = least if most is None else most

    def mismatch(requests: Sequence[RecordedRequest]) -> str:
        if least <= len(requests) <= most:
            return ""
        listed = [
            f"{request.key or 'the list of groups'} after {request.mono - requests[0].mono:.2f} s "
            f"(answered {request.status or 'nothing'})"
            for request in requests[:MAX_LISTED]
        ]
        more = ["..."] if len(requests) > MAX_LISTED else []
        return f"{len(requests)} arrived: {', '.join([*listed, *more])}" if requests else "none arrived"

    return described(counted(least, "request") if least == most else f"from {least} to {most} requests", mismatch)


def assert_backed_off(waits: Sequence[float], first: timedelta, cap: timedelta, jitter: timedelta) -> None:
    """Before attempt n+1: min(cap, first * 2^(n-1) + U(0, jitter)) seconds.

    The lower bound is exact; the upper one allows for scheduling, and `LateError` tells of the wait that was furthest above it.
    """
    assert_that(len(waits), greater_than(0), "attempts after the first")
    spans = [timedelta(seconds=wait) for wait in waits]
    least = [min(cap, first * 2**number) for number in range(len(waits))]
    most = [min(cap, one + jitter) + SCHEDULING_DELAY for one in least]
    shortest = min(range(len(waits)), key=lambda number: spans[number] / least[number])
    longest = max(range(len(waits)), key=lambda number: spans[number] / most[number])
    what = "wait {} of {} s, before an attempt"
    assert_at_least(spans[shortest], least[shortest], what.format(shortest + 1, _listed(waits)))
    assert_at_most(spans[longest], most[longest], what.format(longest + 1, _listed(waits)))


def _quoted(prices: Mapping[str, Decimal]) -> str:
    told = [f'"{bundle}" at {price} EUR' for bundle, price in list(prices.items())[:MAX_LISTED]]
    more = [f"{len(prices) - MAX_LISTED} more"] if len(prices) > MAX_LISTED else []
    return ", ".join([*told, *more]) or "no bundle"


def _seconds(age: timedelta | None) -> float:
    return age.total_seconds() if age else 0.0


def _listed(waits: Sequence[float]) -> str:
    return ", ".join(f"{wait:.3f}" for wait in waits)
