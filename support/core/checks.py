"""Checks of promises with the matchers of PyHamcrest, whose failures are sentences: what, expected, seen."""

import re
from typing import Any, TypeVar

from hamcrest.core.matcher import Matcher
from hamcrest.core.selfdescribing import SelfDescribing
from hamcrest.core.string_description import StringDescription

from support.core.in_words import in_words

T = TypeVar("T")
# what PyHamcrest says, and how we say it
WHOLE = {"None": "nothing", "not None": "something"}
ENTRIES = re.compile(r"^a dictionary containing [\[{](.*)[\]}]$", re.DOTALL)
PHRASES = {
    "an empty collection": "none",
    "a value greater than or equal to ": "at least ",
    "a value less than or equal to ": "at most ",
    "a value greater than ": "more than ",
    "a value less than ": "less than ",
    "an object with length of ": "a number of ",
    "a sequence containing ": "among them ",
    "a dictionary containing key ": "among them ",
    "a string containing ": "a text with ",
    "a string starting with ": "a text that begins with ",
}


def assert_that(actual: T, matcher: Matcher[T], what: str = "") -> None:
    """Raises `AssertionError` with a sentence unless *actual* matches; *what* is that which was looked at."""
    if matcher.matches(actual):
        return
    expected, seen = _Words(), _Words()
    matcher.describe_to(expected)
    matcher.describe_mismatch(actual, seen)
    subject = f"{what}: " if what else ""
    raise AssertionError(f"{subject}expected {_ours(expected)}; seen: {_ours(seen).removeprefix('was ')}")


class _Words(StringDescription):
    def append_description_of(self, value: Any) -> "_Words":
        if isinstance(value, SelfDescribing):
            value.describe_to(self)
        else:
            self.append(in_words(value))
        return self


def _ours(description: StringDescription) -> str:
    text = ENTRIES.sub(r"among them \1", WHOLE.get(str(description), str(description)))
    for theirs, ours in PHRASES.items():
        text = text.replace(theirs, ours)
    return text
