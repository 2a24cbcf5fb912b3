"""Typed decorators for steps and parameter types. No other module uses behave's own, which are untyped."""

import functools
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import behave
import parse

from support.behave_runtime.failures import explained
from support.behave_runtime.stage import Stage
from support.core.errors import NotApplicableError
from support.core.processor_time import WATCH

F = TypeVar("F", bound=Callable[..., Any])
V = TypeVar("V")


class Context(Protocol):
    """The part of behave's context that steps may use; mypy rejects every other attribute."""

    @property
    def stage(self) -> Stage: ...


class SystemWord:
    """A parameter whose value depends on the system of the scenario. The step receives what `resolve` returns."""

    def resolve(self, system: Any) -> Any:
        raise NotImplementedError


class Sentence(Protocol):
    def __call__(self, text: str) -> Callable[[F], F]: ...


def _sentence(register: Any) -> Sentence:
    def sentence(text: str) -> Callable[[F], F]:
        def decorate(step: F) -> F:
            register(text)(_skip_if_not_applicable(_explain_failures(_resolve_words(step))))
            return step

        return decorate

    return sentence


def _skip_if_not_applicable(step: Callable[..., Any]) -> Callable[..., Any]:
    """A step that needs something unavailable ends its scenario as N/A, neither passed nor failed."""

    @functools.wraps(step)
    def run(context: Any, *words: Any, **named: Any) -> None:
        try:
            step(context, *words, **named)
        except NotApplicableError as reason:
            context.scenario.skip(str(reason))

    return run


def _explain_failures(step: Callable[..., Any]) -> Callable[..., Any]:
    """A failed check tells what surrounded it, and whether the machine was too busy to judge it."""

    @functools.wraps(step)
    def run(context: Any, *words: Any, **named: Any) -> None:
        WATCH.look()
        try:
            step(context, *words, **named)
        except AssertionError as error:
            found = explained(error, context)
            if found is error:
                raise
            raise found from error

    return run


def _resolve_words(step: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(step)
    def run(context: Any, *words: Any, **named: Any) -> None:
        def resolved(word: Any) -> Any:
            return word.resolve(context.system) if isinstance(word, SystemWord) else word

        step(context, *map(resolved, words), **{name: resolved(word) for name, word in named.items()})

    return run


given = _sentence(behave.given)
when = _sentence(behave.when)
then = _sentence(behave.then)


_types: dict[str, Callable[[str], Any]] = {}


def word(name: str, pattern: str) -> Callable[[Callable[[str], V]], Callable[[str], V]]:
    """Register a parameter type with behave: *pattern* is what it matches, the decorated function converts the text."""

    def decorate(convert: Callable[[str], V]) -> Callable[[str], V]:
        _types[name] = parse.with_pattern(pattern)(convert)  # type: ignore[type-var]
        know_words_again()
        return convert

    return decorate


def know_words_again() -> None:
    """behave forgets all types when it starts to run, also those of words that the gate has loaded for its workers."""
    behave.register_type(**_types)
