"""The course of a scenario, as plain values: what was broken, what people were answered, when it was well again.

All moments are seconds since the scenario began, all spans are seconds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from support.measure.recovery import Span


class Shown(Enum):
    """What an answer was worth to the one who waited for it, the best first: its words, and the outline of its mark (SVG)."""

    LIVE = ("live prices", "m-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z")
    SAVED = ("saved copy", "m-4.5-4.5h9v9h-9z")
    BACKUP = ("backup", "m0-6l6 10.5h-12z")
    ANSWERED = ("an answer", "m-5 0h10m-5-5v10")
    REFUSED = ("refused", "m0-6l6 6l-6 6l-6-6z")
    SILENT = ("no answer", "m-5-5l10 10m0-10l-10 10")

    @property
    def words(self) -> str:
        return self.value[0]

    @property
    def outline(self) -> str:
        return self.value[1]

    @property
    def served(self) -> bool:
        return self.better_than(Shown.REFUSED)

    def better_than(self, other: "Shown") -> bool:
        return _WORTH.index(self) < _WORTH.index(other)


_WORTH = list(Shown)


@dataclass(frozen=True, slots=True)
class Answer:
    at: float
    waited: float
    shown: Shown


@dataclass(frozen=True, slots=True)
class Stretch:
    """A fault in force, or an update; *end* is None if it never ended."""

    begin: float
    end: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Recovery:
    """From the moment at which a fault was lifted to the arrival of the first answer that was better than before.

    *what* says in words what was so again, *since* what the time is counted from, *fault* what was broken; *spans* are all that
    was measured, by the names of `gate.recovery`.
    """

    began: float
    answered: float
    what: str
    since: str = "the fault was lifted"
    fault: str = ""
    spans: Mapping[str, Span] = field(default_factory=dict)

    @property
    def took(self) -> float:
        return self.answered - self.began


@dataclass(frozen=True, slots=True)
class Course:
    """What happened in a scenario.

    *arrivals* are the requests that reached the provider, our own probes left out, None where there is no provider; *waits*
    are the times for which it asked to be left alone.
    """

    name: str
    faults: Sequence[Stretch] = ()
    answers: Sequence[Answer] = ()
    recoveries: Sequence[Recovery] = ()
    updates: Sequence[Stretch] = ()
    arrivals: Sequence[float] | None = ()
    waits: Sequence[Stretch] = ()

    @property
    def end(self) -> float:
        moments = [
            *(self.arrivals or ()),
            *(answer.at + answer.waited for answer in self.answers),
            *(stretch.end or stretch.begin for stretch in (*self.faults, *self.updates)),
        ]
        return max(moments, default=0.0)
