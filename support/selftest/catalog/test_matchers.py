"""Each matcher of the catalog tells a mismatch in words, with nothing of a programming language in it."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from support.core.checks import assert_that
from support.selftest.core.test_checks import RAW
from support.standins.received_alerts import Alert
from support.standins.record import RecordedRequest
from support.systems.catalog import matchers
from support.systems.catalog.actors.operator import SetAside
from support.systems.catalog.actors.shopper import Visit
from support.systems.catalog.observers.store_watch import StoreState
from support.systems.catalog.observers.stores import StoreContents

PRICES = {"Europe 5 GB": Decimal("21.00")}
AGE = timedelta(days=31, seconds=1.5)


def visit(status: int | None = 200, source: str = "backup", at: float = 0.0) -> Visit:
    shown = PRICES if status == 200 else {}
    return Visit(status, shown, timedelta(seconds=0.5), at, source, AGE, None, '{"error": "unavailable"}')


def state(price: str, *, ok: bool = True) -> StoreState:
    return StoreState(StoreContents(400, frozenset({Decimal(price)})), ok)


REQUESTS = [
    RecordedRequest(id=1, at=0, mono=0, method="GET", path="/organisation/groups", status=429, not_before=9.0),
    RecordedRequest(id=2, at=1, mono=1, method="GET", path="/catalogue", key="Standard Fixed"),
]
WRONG: dict[str, tuple[Any, Any]] = {
    "offers": (matchers.offers({"Europe 5 GB": Decimal("19.00"), "Asia": Decimal(1)}), PRICES),
    "a_served_visit": (matchers.a_served_visit(), visit(503)),
    "a_polite_refusal": (matchers.a_polite_refusal(), visit(500)),
    "comes_from": (matchers.comes_from("cache", AGE), visit()),
    "expires_in": (matchers.expires_in(timedelta(days=37)), AGE),
    "tells_all": (matchers.tells_all(), Alert(0, {"severity": "critical", "at": "today"})),
    "says_out_of_date": (matchers.says_out_of_date(), visit()),
    "ages_as_time_passes": (matchers.ages_as_time_passes(), [visit(), visit(at=100)]),
    "nothing_internal": (matchers.nothing_internal(), "psycopg.OperationalError at 127.0.0.1:5432"),
    "does_not_show": (matchers.does_not_show("secret"), "a secret"),
    "whole_versions": (matchers.whole_versions(400), [state("19.00", ok=False)]),
    "never_older": (matchers.never_older(), [state("20.00"), state("19.00")]),
    "sets_aside": (matchers.sets_aside("Europe", "price", "currency"), [SetAside("Asia", "no price")]),
    "arrived": (matchers.arrived(4), REQUESTS),
}


def test_every_matcher_is_looked_at() -> None:
    ours = {name for name, one in vars(matchers).items() if _makes_matchers(one)}

    assert ours == set(WRONG)


@pytest.mark.parametrize("name", WRONG)
def test_a_mismatch_is_told_in_words(name: str) -> None:
    matcher, wrong = WRONG[name]
    with pytest.raises(AssertionError) as failure:
        assert_that(wrong, matcher, "what was seen")

    assert not RAW.search(str(failure.value)), failure.value


def _makes_matchers(one: object) -> bool:
    return isinstance(one, Callable) and getattr(one, "__module__", "") == matchers.__name__ and _returns_matcher(one)  # type: ignore[arg-type]


def _returns_matcher(one: Callable[..., Any]) -> bool:
    return "Matcher" in str(getattr(one, "__annotations__", {}).get("return", ""))
