"""Statistics of many measurements."""

import statistics
from collections.abc import Sequence
from itertools import combinations


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that *percent* of 100 do not exceed (from 1 to 99), interpolated between the two nearest; of one value, itself."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def steady_slope(values: Sequence[float]) -> float:
    """The growth from one value to the next: the Theil-Sen estimator, the median of the slopes between all pairs.

    Unlike a least-squares fit it tolerates outliers, up to 29 % of the values.
    """
    return statistics.median(
        (later - earlier) / (j - i) for (i, earlier), (j, later) in combinations(enumerate(values), 2)
    )
