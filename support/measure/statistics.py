"""What many measurements say together."""

import statistics
from collections.abc import Sequence
from itertools import combinations


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that *percent* of 100 do not exceed (from 1 to 99), interpolated between the two nearest; of one value, itself."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def steady_slope(values: Sequence[float]) -> float:
    """How much *values* grow from one to the next: the Theil-Sen estimator, the median of the slopes between all pairs.

    A few values that are far off, three in ten at most, do not change it, as they would change a least-squares line.
    """
    return statistics.median(
        (later - earlier) / (j - i) for (i, earlier), (j, later) in combinations(enumerate(values), 2)
    )
