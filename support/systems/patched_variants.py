"""Broken variants that are made by patching a reference system before it starts; its own code has no branch for them.

A defect has a name, its story, the requirements that it breaks, and the patch that applies it.
"""

import difflib
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Protocol

WRONG_USAGE = 64


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


def defects_of(modules: Iterable[ModuleType]) -> dict[str, Defect]:
    """Those written in *modules*, by name."""
    return {one.name: one for module in modules for one in vars(module).values() if isinstance(one, Defect)}


def start(variable: str, defects: Mapping[str, Defect], main: Callable[[], int]) -> int:
    """Start a reference by its *main*, with the defect that the environment *variable* names. Returns the exit status."""
    name = os.environ.get(variable, "")
    if name not in defects:
        near = (difflib.get_close_matches(name, defects, n=1) or list(defects))[0]
        sys.stderr.write(f"{variable} is {name!r}, which is no known defect; say one such as {near}\n")
        return WRONG_USAGE
    defects[name].apply(put_in)
    return main()
