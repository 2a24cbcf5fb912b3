"""Round values for the axes of charts. Pure."""

import math

MOST = 5  # marks on an axis
DURATIONS = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600)  # steps of seconds; shorter ones are decimal


def linear_marks(low: float, high: float, unit: str) -> list[float]:
    """Marks at equal distances of which the first is at most *low* and the last at least *high*."""
    if low == high:
        low, high = (0, high or 1) if high >= 0 else (low, 0)
    step = next(one for one in _steps(high - low, unit) if (math.ceil(high / one) - math.floor(low / one)) < MOST)
    first, last = math.floor(low / step), math.ceil(high / step)
    return [number * step for number in range(first, max(last, first + 1) + 1)]


def logarithmic_marks(low: float, high: float) -> list[float]:
    """The marks 1, 2, 5, 10, ... between *low* and *high*, both above zero; fewer kinds of them over a long range."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for kinds in ((1, 2, 5), (1, 3), (1,)):
        marks = [kind * 10.0**power for power in powers for kind in kinds]
        if len(inside := [mark for mark in marks if low <= mark <= high]) <= MOST:
            return inside
    return inside[:: math.ceil(len(inside) / MOST)]


def _steps(length: float, unit: str) -> list[float]:
    smallest = math.floor(math.log10(length)) - 1
    decimal = [kind * 10.0**power for power in range(smallest, smallest + 4) for kind in (1, 2, 5)]
    if unit != "s":
        return decimal
    return [*(one for one in decimal if one < 1), *DURATIONS, *(one for one in decimal if one > DURATIONS[-1])]
