"""Mistakes with invalid configurations: what is let through, what is applied of it, what is told."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app import (
    json_reading,
    mistakes,
    shape_checks,
    starting_configuration,
    text_checks,
    validation,
    value_checks,
)
from support.systems.assistant.app.admin_configuration import AdminConfiguration
from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.kept_configuration import Kept
from support.systems.assistant.app.mistakes import ConfigurationError, Mistake
from support.systems.assistant.app.operator_limits import OperatorLimits, Range
from support.systems.assistant.app.validation import Checked
from support.systems.patched_variants import Patch, breaks

EVERYTHING = OperatorLimits(*(Range(-math.inf, math.inf) for _ in range(4)))


@breaks("RES-CONF-4")
def applies_what_is_right_of_it(patch: Patch) -> None:
    """Of a configuration with mistakes, all that has none takes effect."""
    sound = ConfigurationStore.replace

    async def replaced(self: ConfigurationStore, raw: Any, who: str, *more: Any, **named: Any) -> None:
        checked = self.check(raw)
        if checked.mistakes:
            await sound(self, checked.document, who, *more, **named)
        checked.valid()
        await sound(self, raw, who, *more, **named)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-4")
def keeps_what_it_refuses(patch: Patch) -> None:
    """A configuration is written to the disk before it is checked, so that parts of it apply after the next start."""
    sound = ConfigurationStore.replace

    async def replaced(self: ConfigurationStore, raw: Any, who: str, *more: Any, **named: Any) -> None:
        checked = self.check(raw)
        if checked.mistakes:
            document = dict(checked.document)
            self._file.write(Kept(self.current.version, document, {"preset": self._start.preset, **document}))
        await sound(self, raw, who, *more, **named)

    patch(ConfigurationStore, "replace", replaced)


@breaks("RES-CONF-4")
def names_one_mistake_at_a_time(patch: Patch) -> None:
    """Only the first mistake is told; the next one after that is corrected."""
    sound = Checked.valid

    def valid(self: Checked) -> Document:
        return sound(replace(self, mistakes=self.mistakes[:1]))

    patch(Checked, "valid", valid)


@breaks("RES-CONF-4")
def a_check_applies_what_it_checks(patch: Patch) -> None:
    """A configuration that is only to be checked takes effect if it is right."""
    validate, check = AdminConfiguration._validate, ConfigurationStore.check
    only_checked: list[bool] = []

    async def validates(self: AdminConfiguration, request: Request) -> Response:
        only_checked.append(True)
        try:
            return await validate(self, request)
        finally:
            only_checked.clear()

    def checks(self: ConfigurationStore, raw: object) -> Checked:
        checked = check(self, raw)
        if only_checked and not checked.mistakes:
            self.document = checked.document
            self.current = self._resolve(checked.document, self.current.version + 1)
        return checked

    patch(AdminConfiguration, "_validate", validates)
    patch(ConfigurationStore, "check", checks)


@breaks("RES-CONF-4")
def starts_without_a_wrong_file(patch: Patch) -> None:
    """With a configuration file that cannot be used, the service starts with defaults."""
    sound = starting_configuration._content, validation.check

    def content(file: Path) -> object:
        try:
            return sound[0](file)
        except ConfigurationError:
            return {}

    def check(raw: object, *more: Any) -> Checked:
        checked = sound[1](raw, *more)
        return Checked({}, ()) if checked.mistakes else checked

    patch(starting_configuration, "_content", content)
    patch(starting_configuration, "check", check)


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


@breaks("RES-MIGR-2")
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


@breaks("RES-MIGR-5")
def names_only_the_last_part_of_a_field(patch: Patch) -> None:
    """An error is about "attempts", of whatever operation."""
    _patch_mistakes(patch, lambda wrong: replace(wrong, field=wrong.field.rpartition(".")[2]))


@breaks("RES-MIGR-5")
def says_only_that_a_value_is_wrong(patch: Patch) -> None:
    """An error does not say which values are right."""
    _patch_mistakes(patch, lambda wrong: replace(wrong, message="it is not valid", remedy="see the manual"))


@breaks("RES-MIGR-5")
def does_not_repeat_the_value(patch: Patch) -> None:
    """An error does not say which value was read."""
    _patch_mistakes(patch, lambda wrong: replace(wrong, value=None))


@breaks("RES-MIGR-5")
def repeats_secrets_in_errors(patch: Patch) -> None:
    """A key in the wrong field stands in the answer, and in whatever log that goes to."""
    patch(mistakes, "shown", lambda _, value: value)


class _Contains:
    """In place of a regular expression: whether one of *parts* is in a text."""

    def __init__(self, *parts: str) -> None:
        self._parts = parts

    def search(self, text: str) -> bool:
        return any(part in text for part in self._parts)


def _patch_mistakes(patch: Patch, change: Any) -> None:
    sound = mistakes.Mistake.told
    patch(mistakes.Mistake, "told", lambda self: sound(change(self)))
