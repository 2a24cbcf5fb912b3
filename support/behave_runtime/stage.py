"""How steps hand objects to each other: by type, on a stage that is new for every scenario."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from typing import TypeVar, cast

from support.core.errors import BrokenHarnessError
from support.core.unavailable import Absent

T = TypeVar("T")


class Stage:
    """Holds the latest object of each type. A step asks for an object by its type or a base class, never by a name.

    `history` keeps every object that a step has put, in order.
    """

    def __init__(self, *equipment: object) -> None:
        self._objects: dict[type, object] = {}
        self.history: list[object] = []
        self.equip(*equipment)

    def equip(self, *equipment: object) -> None:
        """Add what is there from the start. It is not part of the history."""
        for one in equipment:
            self._place(one)

    def put(self, one: T) -> T:
        self.history.append(one)
        self._place(one)
        return one

    def the(self, kind: type[T]) -> T:
        """Raises `BrokenHarnessError` if no object of that *kind* has been put."""
        if kind not in self._objects:
            raise BrokenHarnessError(f"no {kind.__name__} on stage: an earlier step must put one there")
        return cast("T", self._objects[kind])

    def _place(self, one: object) -> None:
        kind = one.absent_kind if isinstance(one, Absent) else type(one)
        self._objects |= dict.fromkeys(kind.__mro__, one)


def unfolded(history: Iterable[object]) -> list[object]:
    """The objects of *history* and all that they hold in tuples, such as the visits of a crowd; each object once."""
    found: dict[int, object] = {}
    for one in history:
        held = [getattr(one, field.name) for field in fields(one)] if is_dataclass(one) else []
        for each in (one, *(inner for value in held if isinstance(value, tuple) for inner in unfolded(value))):
            found.setdefault(id(each), each)
    return list(found.values())
