"""Figures that a scenario measures, under the names by which the register of requirements has budgets for them."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles

from support.clients.attempts import Attempt
from support.journal import Journal


@dataclass(frozen=True, slots=True)
class Times:
    """What calls were that were made one after the other, and how long each took, in seconds; *failed* says why some failed."""

    what: str
    seconds: tuple[float, ...]
    failed: tuple[str, ...]

    def percentile(self, percent: int) -> float:
        return quantiles(self.seconds, n=100)[percent - 1]

    @property
    def median(self) -> float:
        return self.percentile(50)


def timed(what: str, times: int, call: Callable[[int], Attempt]) -> Times:
    """*call* is given the number of the call. A tenth more is done first, and not counted: connections are made, code is warm."""
    made = [call(number) for number in range(times // 10 + times)][times // 10 :]
    failed = [one.why for one in made if not one.confirmed]
    return Times(what, tuple(one.took_s for one in made), tuple(dict.fromkeys(failed)))


class Figures:
    """Writes what the running scenario has measured to the journal."""

    def __init__(self, journal: Journal, scenario: str) -> None:
        self._journal = journal
        self._scenario = scenario

    def note(self, name: str, value: float, unit: str) -> None:
        self._journal.write("figure", scenario=self._scenario, name=name, value=round(value, 6), unit=unit)

    def note_since(self, name: str, moment: float) -> None:
        """*moment* is on the monotonic clock."""
        self.note(name, time.monotonic() - moment, "s")

    def note_times(self, times: Times) -> None:
        """The median has the name of the budget."""
        self.note(times.what, times.median, "s")
        self.note(f"{times.what}, 99 in 100 within", times.percentile(99), "s")
