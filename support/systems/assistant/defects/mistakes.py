"""Mistakes with invalid configurations: what is applied of them, and what is told."""

from dataclasses import replace
from typing import Any

from support.systems.assistant.app import (
    mistakes,
    service,
)
from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.kept_configuration import Kept
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
def a_reload_with_mistakes_ends_the_process(patch: Patch) -> None:
    """SIGHUP drops what is there before the file is checked, and nothing can take its place."""
    patch(service, "check", lambda _settings: None)


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
