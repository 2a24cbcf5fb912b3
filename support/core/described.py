"""Matchers that explain a mismatch in the words of the features."""

from collections.abc import Callable, Sequence
from typing import Any

from hamcrest.core.base_matcher import BaseMatcher
from hamcrest.core.description import Description
from hamcrest.core.matcher import Matcher
from hamcrest.core.string_description import StringDescription, tostring


class _DescribedMatcher(BaseMatcher[Any]):
    def __init__(self, description: str, mismatch: Callable[[Any], str]) -> None:
        self._description = description
        self._mismatch = mismatch

    def _matches(self, item: Any) -> bool:
        return not self._mismatch(item)

    def describe_to(self, description: Description) -> None:
        description.append_text(self._description)

    def describe_mismatch(self, item: Any, mismatch_description: Description) -> None:
        mismatch_description.append_text(self._mismatch(item))


def described(description: str, mismatch: Callable[[Any], str]) -> Matcher[Any]:
    """A matcher for what *description* says. *mismatch* explains why an item does not match; empty when it does."""
    return _DescribedMatcher(description, mismatch)


def mismatch_of(matcher: Matcher[Any], item: object) -> str:
    """Why *item* does not match, as the matcher tells it; empty when it does."""
    if matcher.matches(item):
        return ""
    told = StringDescription()
    matcher.describe_mismatch(item, told)
    return str(told)


def every(promise: Matcher[Any]) -> Matcher[Any]:
    """*promise* holds for each item of a sequence, which is not empty. The mismatch counts the failures and describes the first."""

    def mismatch(items: Sequence[Any]) -> str:
        if not items:
            return "there is none"
        failed = [item for item in items if not promise.matches(item)]
        if not failed:
            return ""
        return f"{len(failed)} of {len(items)} are not; the first: {mismatch_of(promise, failed[0])}"

    return described(f"for each: {tostring(promise)}", mismatch)
