"""How steps hand things to each other: typed props, new for every scenario."""

from typing import TypeVar, cast

from support.core.errors import BrokenHarnessError
from support.core.unavailable import Absent

T = TypeVar("T")


class Stage:
    """Holds one prop of each type. Steps ask for what they need by its type, or one that it is derived from, never by a name.

    `history` keeps everything that steps have put there, in order.
    """

    def __init__(self, *props: object) -> None:
        self._props: dict[type, object] = {}
        self.history: list[object] = []
        self.equip(*props)

    def equip(self, *props: object) -> None:
        """Add what is there from the start, which is no part of the history."""
        for prop in props:
            self._place(prop)

    def put(self, prop: T) -> T:
        self.history.append(prop)
        self._place(prop)
        return prop

    def the(self, kind: type[T]) -> T:
        if kind not in self._props:
            raise BrokenHarnessError(f"no {kind.__name__} on stage: an earlier step must put one there")
        return cast("T", self._props[kind])

    def _place(self, prop: object) -> None:
        kind = prop.absent_kind if isinstance(prop, Absent) else type(prop)
        self._props |= dict.fromkeys(kind.__mro__, prop)
