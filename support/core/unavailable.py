"""What cannot be had here: stands where the real thing would be, and says so as soon as anybody turns to it."""

from collections.abc import Callable
from typing import Any, NoReturn, TypeVar, cast

from support.core.errors import NotApplicableError

T = TypeVar("T")


class Absent:
    """Stands for a *kind* of thing. With *rest*, a thing of that kind, only its *verbs* are absent."""

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
    """*kind* is a class, or a protocol."""
    return cast("T", Absent(cast("type", kind), why))


def without(thing: T, why: str, *verbs: str) -> T:
    """*thing*, but for some of its *verbs*."""
    return cast("T", Absent(type(thing), why, thing, verbs))
