"""Placeholders for what is unavailable in a run. Using one raises `NotApplicableError` with the reason."""

from collections.abc import Callable, Collection
from typing import Any, NoReturn, TypeVar, cast

from support.core.errors import NotApplicableError

T = TypeVar("T")
LACKING = "according to its settings, the candidate lacks the capability "


class Absent:
    """Replaces an object of type *kind*. With *rest*, only the methods in *verbs* are absent, and *rest* provides the others."""

    def __init__(self, kind: type, why: str, rest: object = None, verbs: tuple[str, ...] = ()) -> None:
        self.absent_kind = kind
        self._why = why
        self._rest = rest
        self._verbs = verbs

    def __getattr__(self, name: str) -> Any:
        if self._rest is None or name in self._verbs:
            self._refuse()
        return getattr(self._rest, name)

    def _refuse(self) -> NoReturn:
        raise NotApplicableError(self._why)


def absent(kind: Callable[..., T], why: str) -> T:
    """Return a placeholder for *kind*, a class or a protocol."""
    return cast("T", Absent(cast("type", kind), why))


def without(thing: T, why: str, *verbs: str) -> T:
    """Return *thing*, which may be a placeholder already, without the methods named in *verbs*."""
    return cast("T", Absent(_kind(thing), why, thing, verbs))


def unless_lacking(lacking: Collection[str], capability: str, thing: T, *verbs: str) -> T:
    """Return *thing*, reduced if *capability* is among those that the candidate is *lacking* (see its contract.md).

    Then the methods named in *verbs* are absent; without *verbs*, the whole *thing* is.
    """
    if capability not in lacking:
        return thing
    why = LACKING + capability
    return without(thing, why, *verbs) if verbs else absent(_kind(thing), why)


def _kind(thing: object) -> type:
    return thing.absent_kind if isinstance(thing, Absent) else type(thing)
