"""Attempts of applications at a cluster, and workers that repeat an operation in the background."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from support.core.background import Background
from support.measure.ledger import Fate

PAUSE_S = 0.01
CONFIGURATION = "the configuration cannot be read"  # why an application fails that needs it first
# how clients word it that their pool has none to give; a refusal by the server is worded otherwise
NO_CONNECTION = r"(?i)pool|no (free )?connection|connection timed out"
A = TypeVar("A", bound=AbstractContextManager[Any])


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call. *at* is unix time, *began* the monotonic clock, *value* the result, *why* the error as the application saw it."""

    what: str
    fate: Fate
    at: float
    began: float
    took_s: float
    why: str = ""
    value: str | None = None

    @property
    def arrived(self) -> float:
        """Unix time of the answer."""
        return self.at + self.took_s

    @property
    def ended(self) -> float:
        return self.began + self.took_s

    @property
    def confirmed(self) -> bool:
        return self.fate is Fate.CONFIRMED


@dataclass(frozen=True, slots=True)
class Attempts:
    """All attempts of an application, in the order in which they began."""

    made: tuple[Attempt, ...]

    def confirmed(self) -> list[Attempt]:
        return [one for one in self.made if one.confirmed]

    def reasons(self) -> list[str]:
        """The errors that the application saw; each once."""
        return list(dict.fromkeys(one.why for one in self.made if one.why))


Work = Callable[[int], Attempt | Attempts]


@dataclass(slots=True)
class AttemptOutcome:
    """Filled in while an attempt is made; unknown by default, because an answer may be lost."""

    fate: Fate = Fate.UNKNOWN
    why: str = ""
    value: str | None = None


def attempt(what: str, act: Callable[[AttemptOutcome], None]) -> Attempt:
    """Run *act*, which fills in the outcome, and measure it."""
    at, began, outcome = time.time(), time.monotonic(), AttemptOutcome()
    act(outcome)
    return Attempt(what, outcome.fate, at, began, time.monotonic() - began, outcome.why, outcome.value)


def timed(call: Callable[[int], Attempt], number: int) -> Attempt:
    """Return the attempt that *call* makes with *number*, as long as its caller waited for it, in queues of the application too."""
    began = time.monotonic()
    one = call(number)
    return replace(one, began=began, took_s=time.monotonic() - began)


def numbered_entry(number: int) -> tuple[str, str]:
    """Key and value of entry *number*. They are equal, so that no value can be taken for that of another key."""
    return f"entry-{number}", f"entry-{number}"


class Worker(Background):
    """Repeats an operation, each time with the next number."""

    def __init__(self, do: Work, pause_s: float) -> None:
        super().__init__()
        self._do = do
        self._pause_s = pause_s
        self._made: list[Attempt] = []

    def so_far(self) -> list[Attempt]:
        return list(self._made)

    def finish(self) -> Attempts:
        """End, and return all attempts."""
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
    """The applications of a scenario. They end with it, in reverse order."""

    def __init__(self) -> None:
        self._all = ExitStack()
        self._started: list[Worker] = []

    def start(self, do: Work, pause_s: float = PAUSE_S) -> Worker:
        self._started.append(self._all.enter_context(Worker(do, pause_s)))
        return self._started[-1]

    def keep(self, application: A) -> A:
        self._all.enter_context(application)
        return application

    def end_workers(self) -> None:
        """End the workers that were started; what was kept stays open."""
        for worker in self._started:
            worker.end()

    def end(self) -> None:
        self._all.close()
