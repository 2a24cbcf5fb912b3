"""Measures, from answers that somebody got, how a fault was noticed and how it was over; the terms are those of `gate.recovery`.

Knows no system: an answer has a worth, 0 for the best there is, more for what is worse. Moments and spans are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

AS_QUICK_S = 0.1  # by so much an answer may take longer than any before the fault, and still be as quick


@dataclass(frozen=True, slots=True)
class Looked:
    """Somebody asked at *asked*, and at *arrived* had an answer that was worth *worth*."""

    asked: float
    arrived: float
    worth: int

    @property
    def waited(self) -> float:
        return self.arrived - self.asked


@dataclass(frozen=True, slots=True)
class Span:
    """*seconds* as they were seen; the real time is shorter by less than *resolution*."""

    seconds: float
    resolution: float


@dataclass(frozen=True, slots=True)
class Measured:
    """A recovery that was seen; *better* is the first better answer. None: it was not seen."""

    better: Looked
    recovery: Span
    detection: Span | None = None
    degraded: Span | None = None
    baseline: Span | None = None


def measure(looks: Sequence[Looked], injected: float, lifted: float) -> Measured | None:
    """*looks* in the order of asking. None unless an answer was degraded by the fault, and a later one was better."""
    before = [look for look in looks if look.arrived <= injected]
    under = [look for look in looks if injected <= look.asked < lifted]
    ideal = min((look.worth for look in before), default=0)
    bad = next((look for look in under if look.worth > ideal), None)
    better = next((one for one in looks if one.asked >= lifted and under and one.worth < under[-1].worth), None)
    if bad is None or better is None:
        return None
    detection, recovery = _span(looks, injected, bad), _span(looks, lifted, better)
    return Measured(
        better,
        recovery,
        detection,
        Span(better.arrived - bad.arrived, detection.resolution + recovery.resolution),
        _baseline(looks, before, lifted, ideal),
    )


def measure_kill(looks: Sequence[Looked], killed: float, worst: int) -> Measured | None:
    """A process was killed and started again: well again is the first answer that is worth *worst* or better."""
    better = next((look for look in looks if look.asked >= killed and look.worth <= worst), None)
    return Measured(better, _span(looks, killed, better)) if better else None


def _baseline(looks: Sequence[Looked], before: Sequence[Looked], lifted: float, ideal: int) -> Span | None:
    """As fresh as the best before the fault, and as quick as the slowest; where nobody looked before, as fresh as can be."""
    quick = max((look.waited for look in before), default=float("inf")) + AS_QUICK_S
    back = next((one for one in looks if one.asked >= lifted and one.worth <= ideal and one.waited <= quick), None)
    return _span(looks, lifted, back) if back else None


def _span(looks: Sequence[Looked], since: float, seen: Looked) -> Span:
    """It may have been so since somebody last asked and was answered otherwise, or from the beginning."""
    previous = next((one for one, later in pairwise(looks) if later is seen), None)
    known = max(since, previous.asked) if previous else since
    return Span(seen.arrived - since, seen.arrived - known)
