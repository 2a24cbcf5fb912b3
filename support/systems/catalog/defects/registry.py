"""A defect: its name, its story, the requirements that it breaks, and the patch that applies it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol


class Patch(Protocol):
    """Replaces *owner*'s attribute *name* by *replacement*."""

    def __call__(self, owner: object, name: str, replacement: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Defect:
    """*story* is one sentence for the report.

    Scenarios of the requirements in *breaks* must fail; those of *spills* may fail too, and are proven by other defects. A
    *control* does what the contract leaves open: no scenario may fail, and all of those in *breaks* are tried.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    spills: tuple[str, ...]
    apply: Callable[[Patch], None]
    control: bool = False


def breaks(*requirements: str, spills: tuple[str, ...] = ()) -> Callable[[Callable[[Patch], None]], Defect]:
    """Turn a function into a defect: its name with hyphens is the defect's name, its docstring the story."""

    def defect(apply: Callable[[Patch], None]) -> Defect:
        return Defect(apply.__name__.replace("_", "-"), apply.__doc__ or "", requirements, spills, apply)

    return defect


def leaves_sound(*requirements: str) -> Callable[[Callable[[Patch], None]], Defect]:
    """Turn a function into a control, which the scenarios of *requirements* could take for a mistake."""

    def control(apply: Callable[[Patch], None]) -> Defect:
        return replace(breaks(*requirements)(apply), control=True)

    return control


def put_in(owner: object, name: str, replacement: object) -> None:
    """The patch for a real start. Raises `AttributeError` when the service has no such attribute (any more)."""
    getattr(owner, name)
    setattr(owner, name, replacement)
