"""The history that the assistant has recorded, as administrators read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from support.core.http_client import Response
from support.systems.assistant.observers.counts import Counts
from support.systems.assistant.well_formed import well_formed

OUTCOMES = ("live", "cached", "fallback", "rejected")
OK = 200


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """Which part of the history is looked at. Times are unix seconds."""

    operation: str = ""
    since: float = 0.0
    until: float = 1e12
    step_s: float = 0.0

    def parameters(self) -> dict[str, str | float]:
        """Those that differ from all of it."""
        whole = HistoryQuery()
        return {
            name: getattr(self, name)
            for name in ("operation", "since", "until", "step_s")
            if getattr(self, name) != getattr(whole, name)
        }


@dataclass(frozen=True, slots=True)
class History:
    rows: Sequence[Mapping[str, Any]]

    @classmethod
    @well_formed("the history")
    def of(cls, answer: Response) -> Self:
        """Raises `AssertionError` if it is no history."""
        assert answer.status == OK, f"{answer.asked} was answered {answer.status or answer.error}: {answer.text}"
        return cls(answer.body["rows"])

    @well_formed("a row of the history")
    def total(self, what: str) -> Counts:
        """The sums of "requests", "attempts" and so on, by operation."""
        found = Counts()
        for row in self.rows:
            found[row["operation"]] += row[what]
        return found

    @well_formed("a row of the history")
    def outcomes(self) -> Counts:
        """The sums by operation and outcome: "summarize live"."""
        found = Counts()
        for row in self.rows:
            found.update({f"{row['operation']} {outcome}": row[outcome] for outcome in OUTCOMES})
        return found
