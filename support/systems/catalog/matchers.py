"""Matchers that read as promises and describe mismatches in the words of the features."""

import re
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any, cast

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher

from support.standins.record import RecordedRequest
from support.systems.catalog.actors.operator import SetAside
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.store_watch import StoreState

# what a person outside must never read: code, addresses, stores, secrets
INTERNAL = re.compile(
    r"traceback|exception|errno|\.py\b|line \d+|redis|postgres|psycopg|sqlalchemy|httpx|localhost|127\.0\.0\.1|://|x-api-key",
    re.IGNORECASE,
)
MACHINE_S = 0.09  # what connecting, scheduling and a busy machine may add to a wait
TOLD = 10  # so many requests are told one by one
CLOCK_S = 0.002  # ages are told in whole milliseconds
AGE_TOLERANCE = timedelta(minutes=1)


class _Matcher(BaseMatcher[Any]):
    """One promise; `complaint` says what is wrong with an item, or nothing."""

    promise = ""

    def complaint(self, item: Any) -> str:
        raise NotImplementedError

    def _matches(self, item: Any) -> bool:
        return not self.complaint(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(self.promise)

    def describe_mismatch(self, item: Any, mismatch_description: Description) -> None:
        mismatch_description.append_text(self.complaint(item))


class _PoliteRefusal(_Matcher):
    promise = "a request to come back shortly (503 with Retry-After)"

    def complaint(self, item: Visit) -> str:
        if item.status != 503:
            return f"the answer was {_told(item)}"
        return "" if item.come_back_after is not None else "the answer was 503 without saying when to come back"


class _Served(_Matcher):
    promise = "a catalog with prices"

    def complaint(self, item: Visit) -> str:
        return "" if item.served else f"the answer was {_told(item)}"


class _ComesFrom(_Matcher):
    def __init__(self, source: str, age: timedelta | None) -> None:
        self._source = source
        self._age = age
        self.promise = f"prices that are said to come from {source!r}" + (f" and to be {age} old" if age else "")

    def complaint(self, item: Visit) -> str:
        if item.source != self._source:
            return f"they are said to come from {item.source!r}"
        if self._age is not None and (item.age is None or abs(item.age - self._age) > AGE_TOLERANCE):
            return f"they are said to be {item.age} old"
        return ""


class _SaysOutOfDate(_Matcher):
    promise = "prices that are called out of date"

    def complaint(self, item: Visit) -> str:
        return "" if item.stale else f"they were not called so, at an age of {item.age}"


class _AgesAsTimePasses(_Matcher):
    promise = "ages that grow by as much as time passes from one answer to the next"

    def complaint(self, item: Sequence[Visit]) -> str:
        visits = sorted(item, key=lambda visit: visit.at)
        if len(visits) < 2 or any(visit.age is None for visit in visits):
            return "there are not two answers that tell an age"
        first = visits[0]
        for other in visits[1:]:
            grown = _seconds(other.age) - _seconds(first.age)
            passed = other.at - first.at
            # an age is of some moment between the question and the answer
            if (
                not passed - first.waited.total_seconds() - CLOCK_S
                <= grown
                <= passed + other.waited.total_seconds() + CLOCK_S
            ):
                return f"{passed:.3f} s after one of {first.age} the age was {other.age}"
        return ""


class _WholeVersions(_Matcher):
    def __init__(self, bundles: int) -> None:
        self._bundles = bundles
        self.promise = f"at all times {bundles} bundles of one price, under the checksum that fits them"

    def complaint(self, item: Sequence[StoreState]) -> str:
        for number, one in enumerate(item, start=1):
            if not (one.checksum_ok and one.contents.bundles == self._bundles and len(one.contents.prices) == 1):
                return f"the copy number {number} of {len(item)} was {one}"
        return ""


class _NeverOlder(_Matcher):
    promise = "versions that come in the order in which the provider made them"

    def complaint(self, item: Sequence[StoreState]) -> str:
        for earlier, later in pairwise(item):
            if min(later.contents.prices) < max(earlier.contents.prices):
                return f"after {earlier} there were {later}"
        return ""


class _SetsAside(_Matcher):
    def __init__(self, name: str, *words: str) -> None:
        self._name = name
        self._words = words
        self.promise = f"a bundle named {name!r}, set aside for a reason that tells {' and '.join(words)}"

    def complaint(self, item: Sequence[SetAside]) -> str:
        if any(one.name == self._name and all(word in one.reason for word in self._words) for one in item):
            return ""
        return f"there were {'; '.join(f'{one.name!r}: {one.reason}' for one in item) or 'none'}"


class _NothingInternal(_Matcher):
    promise = "a text without code, addresses, names of stores or secrets"

    def complaint(self, item: str) -> str:
        found = INTERNAL.search(item)
        return f"it shows {found[0]!r} in {item[:200]!r}" if found else ""


class _DoesNotShow(_Matcher):
    promise = "a text that does not show a secret"

    def __init__(self, secret: str) -> None:
        self._secret = secret

    def complaint(self, item: str) -> str:
        return "the secret stands in it" if self._secret in item else ""


class _WaitedAtMost(_Matcher):
    def __init__(self, limit: timedelta) -> None:
        self._limit = limit
        self.promise = f"a wait of at most {limit.total_seconds():g} s"

    def complaint(self, item: Visit) -> str:
        return f"the wait was {item.waited.total_seconds():.2f} s" if item.waited > self._limit else ""


class _Every(_Matcher):
    """The same promise to each of many; the mismatch counts those who were let down and tells the first."""

    def __init__(self, promise: _Matcher) -> None:
        self._each = promise
        self.promise = f"each time: {promise.promise}"

    def complaint(self, item: Sequence[Any]) -> str:
        complaints = [complaint for one in item if (complaint := self._each.complaint(one))]
        return f"{len(complaints)} times of {len(item)} it was not so, first: {complaints[0]}" if complaints else ""


class _Arrived(_Matcher):
    def __init__(self, least: int, most: int) -> None:
        self._least, self._most = least, most
        self.promise = f"{least} requests" if least == most else f"from {least} to {most} requests"

    def complaint(self, item: Sequence[RecordedRequest]) -> str:
        if self._least <= len(item) <= self._most:
            return ""
        told = [
            f"{request.key or 'the groups'} after {request.mono - item[0].mono:.2f} s (answered {request.status or 'nothing'})"
            for request in item[:TOLD]
        ]
        more = ["..."] if len(item) > TOLD else []
        return f"there were {len(item)}: {', '.join([*told, *more])}" if item else "there was none"


class _BackedOff(_Matcher):
    """min(cap, first * 2^(n-1) + U(0, jitter)) before attempt n+1; lower bounds exact, upper ones with room for the machine."""

    def __init__(self, first: timedelta, cap: timedelta, jitter: timedelta) -> None:
        self._first, self._cap, self._jitter = (value.total_seconds() for value in (first, cap, jitter))
        self.promise = f"waits that begin at {self._first:g} s, double and end at {self._cap:g} s"

    def complaint(self, item: list[float]) -> str:
        if not item:
            return "there was no second attempt"
        told = ", ".join(f"{wait:.3f}" for wait in item)
        for number, wait in enumerate(item):
            least = min(self._cap, self._first * 2**number)
            most = min(self._cap, least + self._jitter) + MACHINE_S
            if not least <= wait <= most:
                return f"they were {told}; wait {number + 1} should be from {least:.3f} to {most:.3f}"
        return ""


class _SpreadByAtLeast(_Matcher):
    def __init__(self, span: timedelta) -> None:
        self._span = span.total_seconds()
        self.promise = f"waits spread over at least {self._span:g} s"

    def complaint(self, item: list[float]) -> str:
        spread = max(item) - min(item) if item else 0.0
        return "" if spread >= self._span else f"they were {', '.join(f'{wait:.3f}' for wait in item)}"


class _NoSoonerThanAsked(_Matcher):
    promise = "no request before the time that an answer had named"

    def complaint(self, item: list[RecordedRequest]) -> str:
        named = [request for request in item if request.not_before is not None]
        if not named:
            return "the provider never named a time"
        early = [
            f"{one.not_before - other.at:.2f} s too early"
            for one in named
            for other in item
            if one.not_before is not None and other.id > one.id and other.at < one.not_before
        ]
        return f"requests came {', '.join(early)}" if early else ""


def every(promise: Matcher[Any]) -> Matcher[Any]:
    """*promise*, one of this module's, holds for each of a sequence."""
    return _Every(cast("_Matcher", promise))


def arrived(least: int, most: int | None = None) -> Matcher[Any]:
    """Exactly *least* requests to the provider, or from *least* to *most*."""
    return _Arrived(least, least if most is None else most)


def backed_off(first: timedelta, cap: timedelta, jitter: timedelta) -> Matcher[Any]:
    return _BackedOff(first, cap, jitter)


def spread_by_at_least(span: timedelta) -> Matcher[Any]:
    return _SpreadByAtLeast(span)


def came_no_sooner_than_asked() -> Matcher[Any]:
    return _NoSoonerThanAsked()


def a_polite_refusal() -> Matcher[Any]:
    return _PoliteRefusal()


def a_served_visit() -> Matcher[Any]:
    return _Served()


def comes_from(source: str, age: timedelta | None = None) -> Matcher[Any]:
    return _ComesFrom(source, age)


def does_not_show(secret: str) -> Matcher[Any]:
    return _DoesNotShow(secret)


def says_out_of_date() -> Matcher[Any]:
    return _SaysOutOfDate()


def ages_as_time_passes() -> Matcher[Any]:
    return _AgesAsTimePasses()


def never_older() -> Matcher[Any]:
    return _NeverOlder()


def whole_versions(bundles: int) -> Matcher[Any]:
    return _WholeVersions(bundles)


def sets_aside(name: str, *words: str) -> Matcher[Any]:
    return _SetsAside(name, *words)


def nothing_internal() -> Matcher[Any]:
    return _NothingInternal()


def waited_at_most(limit: timedelta) -> Matcher[Any]:
    return _WaitedAtMost(limit)


def _seconds(age: timedelta | None) -> float:
    return age.total_seconds() if age else 0.0


def _told(visit: Visit) -> str:
    return f"{visit.status or 'none'} ({visit.text[:120]})"
