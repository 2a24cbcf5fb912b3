"""How steps hand things to each other: typed props, new for every scenario."""

from typing import TypeVar, cast

from support.absent import Absent
from support.errors import BrokenHarnessError

T = TypeVar("T")


class Stage:
    """Holds one prop of each type. Steps ask for what they need by type, never by a name.

    `history` keeps everything that steps have put there, in order.
    """

    def __init__(self, *props: object) -> None:
        self._props: dict[type, object] = {_kind(prop): prop for prop in props}
        self.history: list[object] = []

    def put(self, prop: T) -> T:
        self.history.append(prop)
        self._props[type(prop)] = prop
        return prop

    def the(self, kind: type[T]) -> T:
        if kind not in self._props:
            raise BrokenHarnessError(f"no {kind.__name__} on stage: an earlier step must put one there")
        return cast("T", self._props[kind])


def _kind(prop: object) -> type:
    return prop.absent_kind if isinstance(prop, Absent) else type(prop)
