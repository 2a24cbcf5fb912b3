"""Random choices that can be repeated: they depend only on the run's seed and the scenario."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from random import Random

from support.core.errors import BrokenHarnessError, UsageError
from support.core.journal import Event, Journal, read_journal
from support.faults.chaos.schedule import ExclusiveGroup, Menu, Schedule, random_schedule, recorded_schedule


class SeededRandom:
    """Draws the same values for the same *seed* and *scenario*, whatever ran before, and records each draw in *journal*.

    If the events of an *earlier* run are given, its random faults are replayed instead of drawn.
    """

    def __init__(self, seed: int, scenario: str, journal: Journal, earlier: Sequence[Event] | None = None) -> None:
        self._scenario = scenario
        self._journal = journal
        self._earlier = earlier
        self._random = Random(f"{seed}/{scenario}")  # noqa: S311 - reproducibility matters here, not secrecy

    def number(self, what: str, least: int, most: int) -> int:
        """Draw a whole number from *least* to *most*, both included."""
        drawn = self._random.randint(least, most)
        self.record("drawn", what=what, value=drawn)
        return drawn

    def record(self, event: str, **fields: object) -> None:
        """Write *event* to the journal, from which a later run can replay it."""
        self._journal.write(event, scenario=self._scenario, **fields)

    def schedule(self, menu: Menu, groups: Sequence[ExclusiveGroup], span: timedelta) -> Schedule:
        """Return random faults for *groups*, or those of the earlier run; `UsageError` if that has none for this scenario."""
        if self._earlier is not None:
            return recorded_schedule(self._earlier, self._scenario, menu)
        return random_schedule(self._random, menu, groups, span.total_seconds())

    def recorded_schedule(self, menu: Menu) -> Schedule:
        """Return the random faults that this run has recorded for this scenario so far."""
        return recorded_schedule(self._journal.events, self._scenario, menu)


def earlier_events(replay: str) -> list[Event] | None:
    """The events of the journal *replay*, a path; None if it is empty. Raises `UsageError`."""
    try:
        return read_journal(Path(replay)) if replay else None
    except BrokenHarnessError as unreadable:
        raise UsageError(f"replay cannot be read: {unreadable}; give the journal.jsonl of an earlier run") from None
