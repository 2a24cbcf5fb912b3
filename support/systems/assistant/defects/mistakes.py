"""Mistakes with invalid configurations: what is applied of them, and what is told."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app import (
    mistakes,
    starting_configuration,
    validation,
)
from support.systems.assistant.app.admin_configuration import AdminConfiguration
from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.kept_configuration import Kept
from support.systems.assistant.app.mistakes import ConfigurationError
from support.systems.assistant.app.validation import Checked
from support.systems.patched_variants import Patch, breaks


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


def _patch_mistakes(patch: Patch, change: Any) -> None:
    sound = mistakes.Mistake.told
    patch(mistakes.Mistake, "told", lambda self: sound(change(self)))
