"""What a defect is: a name, a story, the requirements that it breaks, and how it is put into the sound service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


class Patch(Protocol):
    """Puts *replacement* in the place of *owner*'s attribute *name*."""

    def __call__(self, owner: object, name: str, replacement: object) -> None: ...


@dataclass(frozen=True, slots=True)
class Defect:
    """`story` is one sentence for the report.

    `breaks` holds the requirements whose scenarios are to notice it; `spills` others whose scenarios may turn red as well,
    and which other variants prove.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    spills: tuple[str, ...]
    apply: Callable[[Patch], None]


def breaks(*requirements: str, spills: tuple[str, ...] = ()) -> Callable[[Callable[[Patch], None]], Defect]:
    """Make a defect of a function: its name with hyphens is the defect's, its docstring the story."""

    def defect(apply: Callable[[Patch], None]) -> Defect:
        return Defect(apply.__name__.replace("_", "-"), apply.__doc__ or "", requirements, spills, apply)

    return defect


def put_in(owner: object, name: str, replacement: object) -> None:
    """The patch of a real start. Raises `AttributeError` when the service has changed and the defect has not."""
    getattr(owner, name)
    setattr(owner, name, replacement)
