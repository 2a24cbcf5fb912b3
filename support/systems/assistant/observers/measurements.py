"""What the assistant says of the cost of its own work, and whether that can be repeated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from typing import Any, Self

from support.core.http_client import Response
from support.systems.assistant.well_formed import well_formed

OK = 200
SAME_PACE = 1.05  # of a machine that does not change its speed


@dataclass(frozen=True, slots=True)
class Measurement:
    """Seconds. *pace* is how much slower the machine was than at the time of the *baseline*; 1 if that is not told."""

    name: str
    median: float
    error: float
    samples: int
    baseline: Mapping[str, float]
    regression: bool
    pace: float = 1.0

    def __str__(self) -> str:
        """For example: configuration_load takes 1,500 ± 20 µs, 360 ± 18 µs at first, and is not reported as slower."""
        first = _microseconds(self.baseline.get("median", 0), self.baseline.get("error", 0))
        reported = "reported" if self.regression else "not reported"
        return (
            f"{self.name} takes {_microseconds(self.median, self.error)}, {first} at first, and is {reported} as slower"
        )

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{field.name: told[field.name] for field in fields(cls) if field.name in told})

    def agrees_with(self, other: "Measurement") -> bool:
        """Within both errors; each is converted to the pace of the baseline."""
        margin = self.error / self.pace + other.error / other.pace
        return abs(self.median / self.pace - other.median / other.pace) <= margin


def _microseconds(median: float, error: float) -> str:
    return f"{median * 1e6:,.0f} ± {error * 1e6:,.0f} µs"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of benchmarks: the results by name."""

    results: Mapping[str, Measurement]

    @classmethod
    @well_formed("what was measured")
    def of(cls, answer: Response) -> Self:
        """Raises `AssertionError` if nothing was measured."""
        assert answer.status == OK, f"{answer.asked} was answered {answer.status or answer.error}: {answer.text}"
        found = [Measurement.of(told) for told in answer.body["results"]]
        return cls({one.name: one for one in found})


def comparable(measurements: Iterable[Measurement]) -> Sequence[tuple[Measurement, Measurement]]:
    """Pairs that were measured while the machine had the same pace; each measurement is compared with its neighbours in pace."""
    ordered = sorted(measurements, key=lambda one: one.pace)
    return [(one, other) for one, other in pairwise(ordered) if other.pace <= SAME_PACE * one.pace]
