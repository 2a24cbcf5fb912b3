"""Mistakes where a configuration is looked at before it is used: by a check, and at the start."""

from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app import (
    admin_answers,
    mistakes,
    settings,
    starting_configuration,
    validation,
)
from support.systems.assistant.app.admin_configuration import AdminConfiguration
from support.systems.assistant.app.configuration_store import ConfigurationStore
from support.systems.assistant.app.mistakes import ConfigurationError
from support.systems.assistant.app.responses import json_response
from support.systems.assistant.app.validation import Checked
from support.systems.patched_variants import Patch, breaks


@breaks("RES-CONF-4")
def finds_nothing_wrong_in_a_check(patch: Patch) -> None:
    """A check only looks whether the configuration is JSON."""

    async def validate(*_: Any) -> Response:
        return json_response({"valid": True, "errors": [], "warnings": []})

    patch(AdminConfiguration, "_validate", validate)


@breaks("RES-CONF-4")
def a_check_demands_every_part(patch: Patch) -> None:
    """A check takes a part that is left out for a mistake."""
    sound = ConfigurationStore.check

    def check(self: ConfigurationStore, raw: Any) -> Checked:
        checked = sound(self, raw)
        wrong = mistakes.mistake(("alerts",), None, "it is missing", "write it")
        return checked if checked.mistakes or "alerts" in raw else Checked(checked.document, (wrong,))

    async def validate(self: AdminConfiguration, request: Request) -> Response:
        checked = check(self._store, await admin_answers.read_object(request))
        told = [one.told() for one in checked.mistakes]
        return json_response({"valid": not told, "errors": told, "warnings": []})

    patch(AdminConfiguration, "_validate", validate)


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


@breaks("RES-CONF-4")
def stops_at_the_first_wrong_variable(patch: Patch) -> None:
    """Of several wrong variables, the first is told, and the next one at the next start."""
    sound = settings._Reader.read

    def read(self: Any, variable: str, default: Any, parse: Any) -> Any:
        return default if self.mistakes else sound(self, variable, default, parse)

    patch(settings._Reader, "read", read)
