"""A broken variant of the clusters, or of the applications that use them: its name, its story, and what it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol


class Patch(Protocol):
    """Replaces *owner*'s attribute *name* by *replacement*."""

    def __call__(self, owner: object, name: str, replacement: object) -> None: ...


def _nothing(_patch: Patch) -> None:
    """The code stays as it is."""


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: the *changes* to the fields of `ClusterConfig`, and what *apply* patches in the applications' code.

    *story* says in one sentence what is wrong. The scenarios of the requirements in *breaks* must fail; those of the
    requirements in *spills* may fail. A *control* is not wrong: no scenario may fail, and all of those in *breaks* are tried.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    changes: Mapping[str, Any]
    spills: tuple[str, ...] = ()
    control: bool = False
    apply: Callable[[Patch], None] = _nothing


def configured(name: str, story: str, *breaks: str, spills: tuple[str, ...] = (), **changes: object) -> Defect:
    """A defect that changes settings alone."""
    return Defect(name, story, breaks, changes, spills)


def allowed(name: str, story: str, *tried: str, **changes: object) -> Defect:
    """A control that changes settings alone, which the scenarios of *tried* could take for a mistake."""
    return Defect(name, story, tried, changes, control=True)


def breaks(
    *requirements: str, spills: tuple[str, ...] = (), control: bool = False
) -> Callable[[Callable[[Patch], None]], Defect]:
    """Turn a function into a defect: its name with hyphens is the defect's name, its docstring the story."""

    def defect(apply: Callable[[Patch], None]) -> Defect:
        name = apply.__name__.replace("_", "-")
        return Defect(name, apply.__doc__ or "", requirements, {}, spills, control, apply)

    return defect


def put_in(owner: object, name: str, replacement: object) -> None:
    """The patch for a real run. Raises `AttributeError` when the application has no such attribute (any more)."""
    getattr(owner, name)
    setattr(owner, name, replacement)
