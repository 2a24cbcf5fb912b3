"""Validation of a configuration: all mistakes at once, and what is worth a warning."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import cast

import msgspec

from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.json_reading import LARGEST_BYTES
from support.systems.assistant.app.mistakes import ConfigurationError, Location, Mistake, mistake
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.shape_checks import check_shape
from support.systems.assistant.app.text_checks import check_texts
from support.systems.assistant.app.value_checks import check_agreement, check_limits, check_names
from support.systems.assistant.app.warning_checks import find_doubtful

MOST_MISTAKES = 100


@dataclass(frozen=True, slots=True)
class Checked:
    """*document* is what is right of a configuration; warnings are looked for only if there are no mistakes."""

    document: Document
    mistakes: tuple[Mistake, ...]
    warnings: tuple[Mistake, ...] = ()

    def valid(self) -> Document:
        """Raises `ConfigurationError` if there are mistakes."""
        if self.mistakes:
            raise ConfigurationError(self.mistakes)
        return self.document


@dataclass(slots=True)
class _Rest:
    """What is right so far. A wrong part is taken out after each check, so that the next check sees the rest."""

    value: object
    found: dict[Location, Mistake] = field(default_factory=dict)

    def take_out(self, wrong: Iterable[tuple[Location, Mistake]]) -> None:
        for location, what in tuple(wrong):
            self.found.setdefault(location, what)
        self.value = _without(self.value, (), self.found)


def check(raw: object, preset: str, limits: OperatorLimits) -> Checked:
    """Check *raw*, a value read from JSON. *preset* is what a configuration without one gets."""
    if not isinstance(raw, dict):
        return Checked({}, (mistake((), raw, "it is no object", "write an object in braces, such as {}"),))
    rest = _Rest(raw)
    rest.take_out(check_texts(raw))
    rest.take_out(check_shape(rest.value))
    rest.take_out(check_limits(cast("Document", rest.value), limits))
    rest.take_out(check_names(cast("Document", rest.value)))
    rest.take_out(check_agreement(cast("Document", rest.value), preset, limits, rest.found))
    document = cast("Document", rest.value)
    if not rest.found:
        rest.take_out(_check_size(document))
    if not rest.found:
        return Checked(document, (), tuple(find_doubtful(document, preset, limits)))
    return Checked(document, _bounded(list(rest.found.values())))


def _check_size(document: Document) -> Iterator[tuple[Location, Mistake]]:
    """What is put together of changes, each of them small enough, has to be readable as one."""
    if len(msgspec.json.encode(document)) > LARGEST_BYTES:
        message = f"it has more than {LARGEST_BYTES:,} bytes"
        yield (), mistake((), document, message, "shorten prompts, or remove operations")


def _without(value: object, at: Location, wrong: Iterable[Location]) -> object:
    if not isinstance(value, dict):
        return value
    return {name: _without(inner, (*at, name), wrong) for name, inner in value.items() if (*at, name) not in wrong}


def _bounded(mistakes: list[Mistake]) -> tuple[Mistake, ...]:
    more = len(mistakes) - MOST_MISTAKES
    if more <= 0:
        return tuple(mistakes)
    last = mistake((), f"{more} more", "there are further mistakes", "correct these first")
    return (*mistakes[:MOST_MISTAKES], last)
