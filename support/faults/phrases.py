"""The phrases of faults. Features, journal, report and glossary all use the same phrase for a fault."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from enum import Enum
from types import NoneType
from typing import Any, TypeVar, get_args

from support.core.durations import AMOUNT, duration
from support.core.errors import UsageError

F = TypeVar("F", bound=type)
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to write a fault of class *kind*, and the field's *term* for it, if the features avoid that term.

    {name} in *template* stands for a field; *fixed* holds the other fields.
    """

    template: str
    kind: type
    fixed: Mapping[str, Any]
    term: str = ""

    @property
    def pattern(self) -> str:
        """A regular expression with one group per field."""
        parts = _FIELD.split(self.template)
        types = {field.name: field.type for field in fields(self.kind)}
        return "".join(
            re.escape(part) if place % 2 == 0 else f"({_form(types[part])[0]})" for place, part in enumerate(parts)
        ).replace("\\ ", " ")

    def read(self, text: str) -> Any:
        """Return the fault that *text* describes; None if it does not match this phrase."""
        found = re.fullmatch(self.pattern, text)
        if found is None:
            return None
        types = {field.name: field.type for field in fields(self.kind)}
        names = _FIELD.findall(self.template)
        values = {name: _form(types[name])[1](word) for name, word in zip(names, found.groups(), strict=True)}
        return self.kind(**self.fixed, **values)

    def fits(self, fault: Any) -> bool:
        """Return whether this phrase expresses all of *fault*."""
        named = set(_FIELD.findall(self.template))
        return all(
            getattr(fault, field.name) is not None
            if field.name in named
            else getattr(fault, field.name) == self.fixed.get(field.name, field.default)
            for field in fields(fault)
        )

    def write(self, fault: Any) -> str:
        return _FIELD.sub(lambda found: _written(getattr(fault, found[1])), self.template)


def phrase(template: str, *, term: str = "", **fixed: object) -> Callable[[F], F]:
    """Class decorator that adds a phrase. `str(fault)` uses the topmost phrase that fits; the glossary shows *term*."""

    def add(kind: F) -> F:
        known: list[Phrase] = kind.__dict__.get("phrases", [])
        kind.phrases = [Phrase(template, kind, fixed, term), *known]  # type: ignore[attr-defined]
        return kind

    return add


def read_fault(text: str, kinds: Iterable[type]) -> Any:
    """Return the fault of one of *kinds* that *text* describes. Raises `UsageError` if there is none."""
    for kind in kinds:
        for one in getattr(kind, "phrases", ()):
            if (fault := one.read(text)) is not None:
                return fault
    raise UsageError(f"there is no fault {text!r} for this system; ./accept --help names the list of all sentences")


def glossary(kinds: Iterable[type]) -> str:
    """A Markdown table of every phrase of *kinds*: its field's term, or else the first sentence of the docstring."""
    rows = [
        f"| {_spelled_out(one)} | {one.term or str(kind.__doc__).splitlines()[0].removesuffix('.')} |"
        for kind in kinds
        for one in getattr(kind, "phrases", ())
    ]
    return "\n".join(["| in features | in the field |", "|---|---|", *rows])


def _spelled_out(one: Phrase) -> str:
    """Return the template, with the words of an enumeration in the place of its field."""
    types = {field.name: field.type for field in fields(one.kind)}
    return _FIELD.sub(
        lambda found: (
            " / ".join(word.value for word in kind)
            if isinstance(kind := _required(types[found[1]]), type) and issubclass(kind, Enum)
            else found[0]
        ),
        one.template,
    )


def _written(value: object) -> str:
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} seconds"
    return str(value.value if isinstance(value, Enum) else value)


def _form(kind: Any) -> tuple[str, Callable[[str], Any]]:
    """Return the regular expression for a field of this type, and the function that converts its text."""
    kind = _required(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(re.escape(one.value).replace("\\ ", " ") for one in kind), kind
    if "timedelta" in str(kind):
        return AMOUNT, duration
    if kind is int:
        return r"\d+", int
    return r'[^"]+', str


def _required(kind: Any) -> Any:
    """The type of an optional field, where a phrase has it."""
    return next((one for one in get_args(kind) if one is not NoneType), kind)
