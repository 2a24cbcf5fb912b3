"""What applications attempt at a cluster, and an application that goes on attempting while something happens."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from typing import Any, TypeVar

from support.core.background import Background
from support.measure.ledger import Fate

PAUSE_S = 0.01
CONFIGURATION = "the configuration cannot be read"  # told by an application that needs it first
A = TypeVar("A", bound=AbstractContextManager[Any])


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call. *at* is unix time, *began* the monotonic clock, *value* what came back, *why* what the application was told."""

    what: str
    fate: Fate
    at: float
    began: float
    took_s: float
    why: str = ""
    value: str | None = None

    @property
    def arrived(self) -> float:
        """When the answer was there, in unix time."""
        return self.at + self.took_s

    @property
    def ended(self) -> float:
        return self.began + self.took_s

    @property
    def confirmed(self) -> bool:
        return self.fate is Fate.CONFIRMED


@dataclass(frozen=True, slots=True)
class Attempts:
    """Everything that an application did, in the order in which it began."""

    made: tuple[Attempt, ...]

    def confirmed(self) -> list[Attempt]:
        return [one for one in self.made if one.confirmed]

    def reasons(self) -> list[str]:
        """What the application was told when something did not go well; each once."""
        return list(dict.fromkeys(one.why for one in self.made if one.why))


Work = Callable[[int], Attempt | Attempts]


@dataclass(slots=True)
class Outcome:
    """Filled in by whoever makes an attempt; what it leaves out is unknown."""

    fate: Fate = Fate.UNKNOWN
    why: str = ""
    value: str | None = None


def attempt(what: str, act: Callable[[Outcome], None]) -> Attempt:
    """Do *act* and tell how it went and how long it took."""
    at, began, outcome = time.time(), time.monotonic(), Outcome()
    act(outcome)
    return Attempt(what, outcome.fate, at, began, time.monotonic() - began, outcome.why, outcome.value)


def itself(number: int) -> tuple[str, str]:
    """Name and value of the entry with *number*: its value is its name, so that nothing else is taken for it."""
    return f"entry-{number}", f"entry-{number}"


class Worker(Background):
    """Does one thing over and over, each time with the next number."""

    def __init__(self, do: Work, pause_s: float) -> None:
        super().__init__()
        self._do = do
        self._pause_s = pause_s
        self._made: list[Attempt] = []

    def so_far(self) -> list[Attempt]:
        return list(self._made)

    def finish(self) -> Attempts:
        """End, and tell what was attempted."""
        self.end()
        return Attempts(tuple(self._made))

    def work(self) -> None:
        number = 1
        while not self.over.is_set():
            made = self._do(number)
            self._made += made.made if isinstance(made, Attempts) else [made]
            number += 1
            self.over.wait(self._pause_s)


class Workers:
    """The applications that are at work in a scenario; at its end they end too, the last one first."""

    def __init__(self) -> None:
        self._all = ExitStack()
        self._started: list[Worker] = []

    def start(self, do: Work, pause_s: float = PAUSE_S) -> Worker:
        self._started.append(self._all.enter_context(Worker(do, pause_s)))
        return self._started[-1]

    def keep(self, application: A) -> A:
        self._all.enter_context(application)
        return application

    def rest(self) -> None:
        """End what goes on by itself; what was kept stays as it is."""
        for worker in self._started:
            worker.end()

    def end(self) -> None:
        self._all.close()
