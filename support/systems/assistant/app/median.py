"""The median of measurements, and how sure it is."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

FEWEST = 6  # of fewer values not even the whole range is a 95 % interval
BETWEEN_RUNS = (
    0.05  # by this share of it the medians of two runs differ although nothing has changed: memory, caches, clocks
)


@dataclass(frozen=True, slots=True)
class Median:
    """*error* is half the width of the 95 % confidence interval of the median, or more."""

    median: float
    error: float
    samples: int


def median_of(values: Sequence[float]) -> Median:
    """The interval lies between two of the ordered values, by the binomial distribution; that of the values does not matter."""
    if len(values) < FEWEST:
        raise ValueError(f"{FEWEST} values at least are needed")
    ordered, rank = sorted(values), lower_rank(len(values))
    return Median(statistics.median(ordered), (ordered[-rank] - ordered[rank - 1]) / 2, len(ordered))


def repeatable(values: Sequence[float]) -> Median:
    """As `median_of`, with an error within which another run can be expected to agree."""
    found = median_of(values)
    return replace(found, error=max(found.error, BETWEEN_RUNS * abs(found.median)))


def lower_rank(count: int) -> int:
    """The largest r for which the median lies between the r-th and the r-th last of *count* values in 95 % of all cases."""
    below, rank = 0, 0
    while (below + math.comb(count, rank)) / 2**count <= 0.025:
        below += math.comb(count, rank)
        rank += 1
    return rank
