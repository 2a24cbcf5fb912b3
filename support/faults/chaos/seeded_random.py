"""Choices that are left to chance, and can be made again: from the run's seed and the scenario's name alone."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from support.core.journal import Event, Journal
from support.faults.chaos.schedule import Line, Menu, Schedule, draw, recorded


class Chance:
    """The same *seed* and *scenario* draw the same, whatever ran before; each draw is on record in *journal*.

    With the events of an *earlier* run its random faults come again instead.
    """

    def __init__(self, seed: int, scenario: str, journal: Journal, earlier: Sequence[Event] | None = None) -> None:
        self._scenario = scenario
        self._journal = journal
        self._earlier = earlier
        self._random = Random(f"{seed}/{scenario}")  # noqa: S311 - to be repeated, not to be guessed

    def number(self, what: str, least: int, most: int) -> int:
        drawn = self._random.randint(least, most)
        self.tell("drawn", what=what, value=drawn)
        return drawn

    def tell(self, event: str, **fields: object) -> None:
        """Put it on record, for whoever wants it to happen again."""
        self._journal.write(event, scenario=self._scenario, **fields)

    def plan(self, menu: Menu, lines: Sequence[Line], span: timedelta) -> Schedule:
        """Random faults on *lines*. Raises `UsageError` where an earlier run has none of this scenario."""
        if self._earlier is not None:
            return recorded(self._earlier, self._scenario, menu)
        return draw(self._random, menu, lines, span.total_seconds())

    def as_recorded(self, menu: Menu) -> Schedule:
        """The random faults that this run's own journal tells of this scenario."""
        return recorded(self._journal.events, self._scenario, menu)
