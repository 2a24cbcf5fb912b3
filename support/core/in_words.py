"""Values as a reader of a report would write them: no syntax of a programming language, no names of classes."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from typing import Any

from support.core.amounts import span

LISTED = 10  # items of a collection
LONGEST = 200  # characters of a text
OBJECT = re.compile(r"[\s:]*<[A-Za-z_][\w.]*[ (]")


def without_objects(text: str) -> str:
    """*text* up to the first object that a library has put into it (<redis.client.Redis(...), and no longer than a sentence."""
    cut = OBJECT.search(text)
    told = text[: cut.start()] + "..." if cut else text
    return told if len(told) <= LONGEST else f"{told[:LONGEST]}..."


@singledispatch
def in_words(value: object) -> str:
    """An object of a class of ours says itself what it is (`__str__`), or is told field by field."""
    if type(value).__str__ is not object.__str__:
        return str(value)
    if is_dataclass(value):
        told = (f"{one.name.replace('_', ' ')} {in_words(getattr(value, one.name))}" for one in fields(value))
        return f"({_listed(told)})"
    return f"a {type(value).__name__}"


@in_words.register
def _(value: None) -> str:  # noqa: ARG001
    return "nothing"


@in_words.register
def _(value: bool) -> str:  # noqa: FBT001
    return "yes" if value else "no"


@in_words.register
def _(value: int | float | Decimal) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


@in_words.register
def _(value: str) -> str:
    return f'"{without_objects(value)}"'


@in_words.register
def _(value: bytes) -> str:
    return f"{len(value)} bytes"


@in_words.register
def _(value: Enum) -> str:
    return str(value.value)


@in_words.register
def _(value: timedelta) -> str:
    return span(value.total_seconds()) if value >= timedelta() else f"minus {span(-value.total_seconds())}"


@in_words.register
def _(value: date) -> str:
    return value.isoformat()


@in_words.register(Mapping)
def _(value: Mapping[Any, Any]) -> str:
    return _listed(f"{key if isinstance(key, str) else in_words(key)}: {in_words(one)}" for key, one in value.items())


@in_words.register(list)
@in_words.register(tuple)
def _(value: Iterable[Any]) -> str:
    return _listed(map(in_words, value))


@in_words.register(set)
@in_words.register(frozenset)
def _(value: Iterable[Any]) -> str:
    return _listed(map(in_words, sorted(value, key=str)))


def _listed(items: Iterable[str]) -> str:
    found = list(items)
    more = [f"and {len(found) - LISTED} more"] if len(found) > LISTED else []
    return ", ".join([*found[:LISTED], *more]) or "none"
