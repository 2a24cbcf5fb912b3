"""Failures are sentences: nothing of a programming language is in them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import hamcrest
import pytest

from support.core.checkout import CHECKOUT
from support.core.checks import assert_that
from support.core.in_words import in_words
from support.core.target import Target

RAW = re.compile(
    r"<|object at 0x|, \d:\d\d:\d\d|Decimal\(|timedelta|datetime|frozenset|Counter\(|\{'|\('|\['|'\w+':"
    r"|\b[A-Za-z_]\w*\(\w+=|None|True|False"
)
THEIRS = re.compile(r"from hamcrest import (?:\([^)]*|[^\n]*)\bassert_that\b")


class Fate(Enum):
    LOST = "lost"


@dataclass
class Parcel:
    weight: Decimal
    sent_to: str | None


VALUES: list[Any] = [
    *(None, True, 1, 1.23456789, Decimal("19.00"), "Ana", b"abc", Fate.LOST, Target("store")),
    *(timedelta(seconds=0.2), datetime(2026, 1, 31, tzinfo=UTC), Path("a/b"), ValueError("no"), object()),
    *([], [Decimal(1)], (Fate.LOST, None), {Decimal("21.00"), None}, frozenset({"a"}), {"Europe": Decimal("19.00")}),
    *(Parcel(Decimal("1.5"), None), [Parcel(Decimal(2), "Ana")], {"a": {"b": (None,)}}),
]
MATCHERS: list[Any] = [
    *(hamcrest.equal_to("another"), hamcrest.equal_to({Decimal(1): None}), hamcrest.none(), hamcrest.not_none()),
    *(hamcrest.is_in([Fate.LOST]), hamcrest.is_not(hamcrest.anything()), hamcrest.has_length(3)),
    *(hamcrest.has_item(Decimal(3)), hamcrest.only_contains(Decimal(3)), hamcrest.empty()),
    *(hamcrest.has_entry("Asia", Decimal(1)), hamcrest.has_entries({"Asia": hamcrest.starts_with("failed")})),
    *(hamcrest.has_key("Asia"), hamcrest.contains_string("x"), hamcrest.matches_regexp("^x$")),
]


@pytest.mark.parametrize("matcher", MATCHERS, ids=str)
@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_no_failure_dumps_a_value(matcher: Any, value: Any) -> None:
    if (message := failure(lambda: assert_that(value, matcher, "what was seen"))) is not None:
        assert message.startswith("what was seen: expected ")
        assert not RAW.search(message), message


@pytest.mark.parametrize(
    ("value", "matcher", "sentence"),
    [
        ({None, Decimal("19.00")}, hamcrest.equal_to({Decimal("19.00")}), "expected 19.00; seen: 19.00, nothing"),
        (["a loss"], hamcrest.empty(), 'expected none; seen: "a loss"'),
        (3, hamcrest.greater_than_or_equal_to(5), "expected at least 5; seen: 3"),
        ({"Asia": 1}, hamcrest.has_entry("Europe", 2), 'expected among them "Europe": 2; seen: Asia: 1'),
    ],
)
def test_a_sentence(value: Any, matcher: Any, sentence: str) -> None:
    assert failure(lambda: assert_that(value, matcher, "it")) == f"it: {sentence}"


def test_long_things_are_cut_short() -> None:
    assert in_words(list(range(1000))) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, and 990 more"
    assert len(in_words("x" * 1000)) < 250


def test_objects_in_the_message_of_a_library_are_left_out() -> None:
    said = (
        "No master found for 'holdfast' : <redis.client.Redis(<redis.connection.ConnectionPool(db=0)>)> - TimeoutError"
    )

    assert in_words(said) == "\"No master found for 'holdfast'...\""
    assert in_words("3 < 4, <html>") == '"3 < 4, <html>"'


def test_every_check_of_a_promise_is_worded_by_us() -> None:
    files = [
        *(CHECKOUT / "steps").rglob("*.py"),
        *(CHECKOUT / "support").rglob("*.py"),
        *(CHECKOUT / "docs").glob("*.md"),
    ]
    found = [
        str(file.relative_to(CHECKOUT))
        for file in files
        if "selftest" not in file.parts and THEIRS.search(file.read_text())
    ]
    assert not found


def failure(check: Callable[[], None]) -> str | None:
    try:
        check()
    except AssertionError as error:
        return str(error)
    except (TypeError, AttributeError):
        return None  # a matcher that cannot look at such a value
    return None
