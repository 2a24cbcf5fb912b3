"""What happened in a scenario, as plain values: what a session reports of it, and what the picture shows.

Moments are unix seconds, durations are seconds.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from support.measure.recovery import MeasuredTime, Restart
from support.measure.recovery_clock import ObservedRecovery


class Colour(StrEnum):
    """The colours of marks. The style sheet of the picture has a light and a dark variant of each."""

    GREEN = "green"
    BLUE = "blue"
    ORANGE = "orange"
    PURPLE = "purple"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Grade:
    """How good an answer was for the caller, in *words*.

    *rank* orders the grades, smaller is better, and no two grades share a rank. An answer that was not *served* is a refusal or
    none at all. *mark* is the SVG path of its mark, relative to the mark's centre.
    """

    words: str
    rank: int
    mark: str
    colour: Colour
    served: bool = True


# a system may define further grades; those that are better than a plain answer have smaller ranks
ANSWERED = Grade("an answer", 10, "m-5 0h10m-5-5v10", Colour.GREEN)
REFUSED = Grade("refused", 20, "m0-6l6 6l-6 6l-6-6z", Colour.PURPLE, served=False)
SILENT = Grade("no answer", 30, "m-5-5l10 10m0-10l-10 10", Colour.RED, served=False)

NO_ANSWERS = "no requests were made"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller got that asked *at* and waited for *waited_s*. Recovery times are figures only where a user was among the
    callers, rather than probes of the suite alone.
    """

    at: float
    waited_s: float
    grade: Grade
    by_user: bool = True

    @property
    def arrived(self) -> float:
        return self.at + self.waited_s


@dataclass(frozen=True, slots=True)
class Interval:
    """Something that lasted, for example a fault or an update; *end* is None if it never ended."""

    begin: float
    end: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A named lane of the picture with bars, one line for each wording.

    Intervals that *may_outlast* the scenario, such as a requested pause, do not extend the axis.
    """

    name: str
    intervals: Sequence[Interval]
    may_outlast: bool = False


@dataclass(frozen=True, slots=True)
class Ticks:
    """A named lane of the picture with one tick for each moment, for example requests that arrived at a dependency."""

    name: str
    moments: Sequence[float]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table, with the moment *at* that it tells of, if any. *columns* maps headings to values."""

    columns: Mapping[str, object]
    at: float | None = None


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Text:
    name: str
    text: str


def _nothing(_now: float) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class TimelineEvents:
    """What a system's session reads from a scenario's history for the report.

    answers       every answer, in any order
    best          the best grade that the system can give; before the first answer it is assumed to have been given
    failover      the system has to recover while a fault is in force, as a cluster does; otherwise once the fault is lifted
    roles         what targets were at the time ("the etcd leader"), by their names; others are called by their names
    restarts      kills outside the fault desk
    recoveries    recoveries that a step waited for
    lanes         further lanes of the picture, from top to bottom
    tables        always attached, unless empty
    on_failure    called only if the scenario failed: what else helps to find out why
    where_to_look called only if a check failed, with the moment (unix seconds): the last answers, requests and log lines, a
                  sentence each, without a full stop
    time_limits_that_ran_out  called only if a check failed on a busy machine: those that no fault explains
    longest_wait  the name of the figure for the longest wait of a user; empty: no such figure
    no_answers    what the picture says if there were no answers
    """

    answers: Sequence[Answer] = ()
    best: Grade = ANSWERED
    failover: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    restarts: Sequence[Restart] = ()
    recoveries: Sequence[ObservedRecovery] = ()
    lanes: Sequence[Lane | Ticks] = ()
    tables: Sequence[Table] = ()
    on_failure: Callable[[], Iterable[Table | Text]] = tuple
    where_to_look: Callable[[float], Iterable[str]] = _nothing
    time_limits_that_ran_out: Callable[[], Sequence[str]] = tuple
    longest_wait: str = ""
    no_answers: str = NO_ANSWERS


@dataclass(frozen=True, slots=True)
class Recovery:
    """From *began*, when the fault was lifted or the process killed, until the answer that showed the recovery *arrived*.

    *what* names what worked again, *since* the event at *began*, *fault* what was broken. *times* holds all that was measured,
    by the names in `support.gate.verdict.recovery`.
    """

    began: float
    arrived: float
    what: str
    since: str = "the fault was lifted"
    fault: str = ""
    times: Mapping[str, MeasuredTime] = field(default_factory=dict)

    @property
    def took_s(self) -> float:
        return self.arrived - self.began


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the picture of the scenario *name* shows; its axis starts at *began*."""

    name: str
    faults: Sequence[Interval] = ()
    answers: Sequence[Answer] = ()
    recoveries: Sequence[Recovery] = ()
    lanes: Sequence[Lane | Ticks] = ()
    began: float = 0.0
    no_answers: str = NO_ANSWERS

    @property
    def duration_s(self) -> float:
        """From *began* to the last event that the axis has to reach."""
        moments = [
            *(answer.arrived for answer in self.answers),
            *(one.end or one.begin for one in self.faults),
            *(moment for lane in self.lanes for moment in _moments(lane)),
        ]
        return max(moments, default=self.began) - self.began


def _moments(lane: Lane | Ticks) -> Iterable[float]:
    if isinstance(lane, Ticks):
        return lane.moments
    return () if lane.may_outlast else [one.end or one.begin for one in lane.intervals]
