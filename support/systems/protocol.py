"""The plug of the house: all that behave's runtime, the gate and the command line know of a system under test."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from support.behave_runtime.recording import Recording
from support.behave_runtime.stage import Stage
from support.core.settings import Settings, SystemSettings
from support.core.target import Target
from support.environments.images.recipes import Recipe
from support.reporting.timeline_model import TimelineEvents


class Session(Protocol):
    """A system that is up, for as long as a run lasts."""

    def lacks(self, tags: Collection[str]) -> str:
        """Why a scenario with these tags cannot be run here (@needs.mount, ...); empty when it can."""

    def scenario(self, name: str, tags: Collection[str]) -> AbstractContextManager[Stage]:
        """A stage for the scenario with the id *name*, on a system that is whole, empty and free of faults."""

    def timeline_events(self, stage: Stage, began: float) -> TimelineEvents:
        """What the report shows of the scenario that began at *began* (unix seconds) and has ended, with every fault lifted."""


class Variant(Protocol):
    """A variant of the reference system, for the kill matrix.

    `story` says in one sentence what is wrong; `breaks` are the requirements whose scenarios have to notice it. Scenarios of
    those that it `spills` over to may turn red as well. A `control` is no mistake but does what the contract leaves open, and none
    may turn red: `breaks` are then the requirements whose scenarios could take it for a mistake, all of which are run.
    """

    @property
    def name(self) -> str: ...
    @property
    def story(self) -> str: ...
    @property
    def breaks(self) -> tuple[str, ...]: ...
    @property
    def spills(self) -> tuple[str, ...]: ...
    @property
    def control(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Defects:
    """The broken *variants* of a system by name, and how one of them is put on from outside.

    Giving *setting* the *value*, and each of *variables* its own, does it; {} becomes the variant's name. A variant has no effect
    on scenarios that lack one of the *places* (tags) of those that must notice it.
    """

    variants: Mapping[str, Variant]
    setting: str
    value: str
    variables: Mapping[str, str] = field(default_factory=dict)
    places: tuple[str, ...] = ()


State = Literal["there", "missing", "lacking", "wrong", "not looked at"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at one clause of a candidate's contract found; *said* is the sentence for what is not there.

    *capability* is the name by which a missing one can be declared (`lacks`); `lacking` was declared.
    """

    subject: str
    state: State
    said: str = ""
    capability: str = ""


def no_defects() -> Defects | None:
    return None


@dataclass(frozen=True, slots=True)
class System:
    """One system under test: the folders features/*name*, steps/*name* and support/systems/*name*, and the tag @*name*.

    *settings* are its own settings. *targets* are what faults can strike; *faults* are those that only it can write, beside the
    common ones. *open* brings it up and says on which backend (`Recording.describe`); it is given the sessions of the systems
    that it *builds_on*. *defects* is called only by the kill matrix, *images* (those that only it needs) only by `./accept images`,
    *doctor* only by `./accept doctor`: it looks at a candidate without faults, and keeps the logs of its parts in the folder given.
    *checks_suite*: its scenarios check the suite itself, so that a release is judged without them.
    """

    name: str
    settings: type[SystemSettings]
    open: Callable[[Recording, Mapping[str, Session]], AbstractContextManager[Session]]
    targets: Sequence[Target] = ()
    faults: Sequence[type[Any]] = ()
    defects: Callable[[], Defects | None] = no_defects
    images: Callable[[], Sequence[Recipe]] = tuple
    builds_on: tuple[str, ...] = ()
    doctor: Callable[[Settings, Path], Iterator[Finding]] | None = None
    checks_suite: bool = False
