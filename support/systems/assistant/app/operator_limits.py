"""The operator's limits of what a configuration may set."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """From *lowest* to *highest*, both included."""

    lowest: float
    highest: float

    def __contains__(self, number: float) -> bool:
        return self.lowest <= number <= self.highest

    def __str__(self) -> str:
        return f"{self.lowest:.15g} to {self.highest:.15g}"

    def nearest(self, number: float) -> float:
        """*number*, or the end of the range that is nearest to it."""
        return min(max(number, self.lowest), self.highest)

    def nearest_whole(self, number: int) -> int:
        return int(self.nearest(number))


@dataclass(frozen=True, slots=True)
class OperatorLimits:
    """`ASSISTANT_LIMIT_*`. Those of *attempts*, *failures* and *per_minute* have whole ends."""

    attempts: Range = Range(1, 10)
    failures: Range = Range(1, 20)
    open_s: Range = Range(10, 300)
    per_minute: Range = Range(1, 10_000)
