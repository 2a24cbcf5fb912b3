"""Behave, typed: the one module that touches behave's untyped decorators."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar, cast

import behave
import parse

from support.stage import Stage

F = TypeVar("F", bound=Callable[..., Any])
V = TypeVar("V")


class Context(Protocol):
    """All of behave's context that a step may touch; mypy rejects every other attribute."""

    @property
    def stage(self) -> Stage: ...


class Sentence(Protocol):
    def __call__(self, text: str) -> Callable[[F], F]: ...


given = cast("Sentence", behave.given)
when = cast("Sentence", behave.when)
then = cast("Sentence", behave.then)


def word(name: str, pattern: str) -> Callable[[Callable[[str], V]], Callable[[str], V]]:
    """Teach behave a parameter type: the text that it matches, and the value that the text means."""

    def teach(convert: Callable[[str], V]) -> Callable[[str], V]:
        behave.register_type(**{name: parse.with_pattern(pattern)(convert)})  # type: ignore[type-var]
        return convert

    return teach
