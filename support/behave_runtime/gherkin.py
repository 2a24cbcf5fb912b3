"""Behave, typed: the one module that touches behave's untyped decorators."""

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import behave
import parse

from support.behave_runtime.stage import Stage
from support.core.errors import NotApplicableError

F = TypeVar("F", bound=Callable[..., Any])
V = TypeVar("V")


class Context(Protocol):
    """All of behave's context that a step may touch; mypy rejects every other attribute."""

    @property
    def stage(self) -> Stage: ...


class OwnWord:
    """A word that means something only in the scenario's own system; the step gets what is meant."""

    def meant_by(self, system: Any) -> Any:
        raise NotImplementedError


class Sentence(Protocol):
    def __call__(self, text: str) -> Callable[[F], F]: ...


def _sentence(register: Any) -> Sentence:
    def sentence(text: str) -> Callable[[F], F]:
        def teach(step: F) -> F:
            register(text)(_unless_not_applicable(_in_own_system(step)))
            return step

        return teach

    return sentence


def _unless_not_applicable(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that turns to what cannot be had here ends its scenario, which is not judged: never passed, never failed."""

    @functools.wraps(step)
    def run(context: Any, *words: Any, **named: Any) -> None:
        try:
            step(context, *words, **named)
        except NotApplicableError as why:
            context.scenario.skip(str(why))

    return run


def _in_own_system(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def run(context: Any, *words: Any, **named: Any) -> None:
        def meant(word: Any) -> Any:
            return word.meant_by(context.system) if isinstance(word, OwnWord) else word

        step(context, *map(meant, words), **{name: meant(word) for name, word in named.items()})

    return run


given = _sentence(behave.given)
when = _sentence(behave.when)
then = _sentence(behave.then)


def word(name: str, pattern: str) -> Callable[[Callable[[str], V]], Callable[[str], V]]:
    """Teach behave a parameter type: the text that it matches, and the value that the text means."""

    def teach(convert: Callable[[str], V]) -> Callable[[str], V]:
        behave.register_type(**{name: parse.with_pattern(pattern)(convert)})  # type: ignore[type-var]
        return convert

    return teach
