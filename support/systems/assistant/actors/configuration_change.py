"""Changes of the configuration as administrators make them: read it, edit a field, send it back."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from support.core.http_client import Response
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.well_formed import well_formed

Edit = Callable[[Administrator], Response]


@dataclass(frozen=True, slots=True)
class Change:
    """What an administrator's *edit* was answered, at *at* (unix seconds), and the configuration *before* it.

    *before* and *after* are bodies of `GET configuration`: version, preset, configuration, effective.
    """

    before: Mapping[str, Any]
    answer: Response
    after: Mapping[str, Any]
    at: float


@dataclass(frozen=True, slots=True)
class Known:
    """A configuration that an administrator has read a while ago, as `GET configuration` gave it."""

    body: Mapping[str, Any]

    @well_formed("the configuration")
    def in_effect(self, operation: str, fields: Iterable[str]) -> dict[str, str]:
        """The values of *fields* ("retry.attempts") in effect for *operation*, as people write them."""
        found = {}
        for field in fields:
            value = self.body["effective"].get(operation, {})
            for name in field.split("."):
                value = value.get(name, {})
            found[field] = f"{value:g}" if isinstance(value, int | float) else str(value)
        return found

    @well_formed("the configuration")
    def setting(self, field: str, value: object) -> Edit:
        """Sets one field in what was read, and sends it as a change of that version."""
        configuration, version = with_field(self.body["configuration"], field, value), self.body["version"]
        return lambda administrator: administrator.configure(configuration, if_version=version)


def make(administrator: Administrator, edit: Edit) -> Change:
    before, at = administrator.configuration().body, time.time()
    answer = edit(administrator)
    return Change(before, answer, administrator.configuration().body, at)


def with_field(configuration: Mapping[str, Any], field: str, value: object) -> dict[str, Any]:
    """*configuration* with another *value* at the path *field* ("operations.qa.retry.attempts")."""
    name, _, rest = field.partition(".")
    inner = configuration.get(name, {})
    return {
        **configuration,
        name: with_field(inner if isinstance(inner, Mapping) else {}, rest, value) if rest else value,
    }


def setting(*fields: tuple[str, object]) -> Edit:
    """All of *fields* at once, each with its value; the rest stays as it is."""

    def edit(administrator: Administrator) -> Response:
        configuration = administrator.configuration().body.get("configuration", {})
        for field, value in fields:
            configuration = with_field(configuration, field, value)
        return administrator.configure(configuration)

    return edit


def tuning(operation: str, field: str, value: object) -> Edit:
    """The *field* ("retry.attempts") of one operation, by its own page; its other settings stay as they are."""

    def edit(administrator: Administrator) -> Response:
        configuration = administrator.configuration().body.get("configuration", {})
        settings = configuration.get("operations", {}).get(operation, {})
        return administrator.set_operation(operation, with_field(settings, field, value))

    return edit
