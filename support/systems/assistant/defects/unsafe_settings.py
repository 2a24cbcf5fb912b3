"""Mistakes with unsafe configurations: what is let through."""

import math
from collections.abc import Iterator
from typing import Any

from support.systems.assistant.app import (
    json_reading,
    shape_checks,
    text_checks,
    validation,
    value_checks,
)
from support.systems.assistant.app.mistakes import Mistake
from support.systems.assistant.app.operator_limits import OperatorLimits, Range
from support.systems.patched_variants import Patch, breaks

EVERYTHING = OperatorLimits(*(Range(-math.inf, math.inf) for _ in range(4)))


@breaks("RES-MIGR-2", "RES-MIGR-5", spills=("RES-CONF-4",))
def limits_only_the_common_settings(patch: Patch) -> None:
    """The operator's limits are compared with the settings for all, not with those of a single operation."""
    sound = value_checks._parts
    patch(value_checks, "_parts", lambda document: list(sound(document))[:1])


@breaks("RES-MIGR-2", "RES-MIGR-5", spills=("RES-CONF-4", "RES-MIGR-4"))
def has_no_limits(patch: Patch) -> None:
    """Values are checked for their type only, and the operator's limits are for the documentation."""
    sound = value_checks.check_limits
    patch(validation, "check_limits", lambda document, _: sound(document, EVERYTHING))


@breaks("RES-MIGR-2")
def looks_for_scripts_in_small_letters(patch: Patch) -> None:
    """A script in capital letters, or with a space in it, is taken for text."""
    patch(text_checks, "SCRIPT", _Contains("<script", "${", "{{"))


@breaks("RES-MIGR-2")
def looks_for_scripts_of_browsers_only(patch: Patch) -> None:
    """Variables of the shell and templates are taken for text."""
    patch(text_checks, "SCRIPT", _Contains("<script", "< script", "< SCRIPT"))


@breaks("RES-MIGR-2")
def lets_control_characters_through(patch: Patch) -> None:
    """An escape sequence in an instruction reaches the terminals of those who read the log."""
    patch(text_checks, "UNPRINTABLE", _Contains("\x00"))


@breaks("RES-MIGR-2", "RES-MIGR-5")
def last_of_two_names_wins(patch: Patch) -> None:
    """Of a name that stands twice in an object, the second value counts, which a reviewer may not have seen."""
    patch(json_reading, "_unique", dict)


@breaks("RES-MIGR-2")
def takes_any_number_of_operations(patch: Patch) -> None:
    """The number of operations is not limited."""
    sound = shape_checks.check_shape

    def check_shape(raw: object) -> Iterator[tuple[Any, Mistake]]:
        return (found for found in sound(raw) if found[0] != ("operations",))

    patch(validation, "check_shape", check_shape)


class _Contains:
    """In place of a regular expression: whether one of *parts* is in a text."""

    def __init__(self, *parts: str) -> None:
        self._parts = parts

    def search(self, text: str) -> bool:
        return any(part in text for part in self._parts)
