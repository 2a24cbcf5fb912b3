"""Recovery times, measured from a sequence of answers. The terms are defined in `support.gate.verdict.recovery`.

An answer has a rank; a smaller rank is better. Moments and durations are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from support.core.target import Target

TOLERANCE_S = (
    0.1  # an answer is back to baseline if it takes at most this much longer than the slowest before the fault
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A request made at *asked*, whose answer *arrived* and had that *rank*."""

    asked: float
    arrived: float
    rank: int

    @property
    def waited_s(self) -> float:
        return self.arrived - self.asked


@dataclass(frozen=True, slots=True)
class MeasuredTime:
    """*seconds* as observed; the real time is shorter by less than *resolution*."""

    seconds: float
    resolution: float


@dataclass(frozen=True, slots=True)
class MeasuredRecovery:
    """A recovery that was observed; *better* is the first better answer. A time is None if it was not observed."""

    better: Sample
    recovery: MeasuredTime
    detection: MeasuredTime | None = None
    degraded: MeasuredTime | None = None
    baseline: MeasuredTime | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    """A part whose process *pid* was killed *at* that unix time, outside the fault desk, and was running again *took_s* later."""

    target: Target
    pid: int
    at: float
    took_s: float


def measure_lift(samples: Sequence[Sample], injected: float, lifted: float, best: int = 0) -> MeasuredRecovery | None:
    """The recovery after a fault was lifted. None unless the fault degraded an answer, and a later answer was better.

    *samples* are in the order of asking. Without samples before the fault, answers are assumed to have had the rank *best*.
    """
    before = [one for one in samples if one.arrived <= injected]
    under = [one for one in samples if injected <= one.asked < lifted]
    ideal = min((one.rank for one in before), default=best)
    degraded = next((one for one in under if one.rank > ideal), None)
    better = next((one for one in samples if one.asked >= lifted and under and one.rank < under[-1].rank), None)
    if degraded is None or better is None:
        return None
    detection, recovery = _time(samples, injected, degraded), _time(samples, lifted, better)
    return MeasuredRecovery(
        better,
        recovery,
        detection,
        MeasuredTime(better.arrived - degraded.arrived, detection.resolution + recovery.resolution),
        _baseline(samples, before, lifted, ideal),
    )


def measure_failover(samples: Sequence[Sample], injected: float, end: float, served: int) -> MeasuredRecovery | None:
    """The recovery of a system that has to recover while the fault is in force, until *end*.

    It lasts until the first served answer after the last failure; answers up to the rank *served* count as served. None if
    nothing failed, or if no served answer followed.
    """
    failures = [
        number
        for number, one in enumerate(samples)
        if injected <= one.arrived and one.asked <= end and one.rank > served
    ]
    if not failures:
        return None
    first, last = samples[failures[0]], samples[failures[-1]]
    better = next((one for one in samples[failures[-1] + 1 :] if one.rank <= served), None)
    if better is None:
        return None
    uncertain = better.arrived - last.asked
    return MeasuredRecovery(
        better,
        MeasuredTime(better.arrived - injected, uncertain),
        MeasuredTime(first.arrived - injected, first.waited_s),
        MeasuredTime(better.arrived - first.arrived, first.waited_s + uncertain),
    )


def measure_restart(samples: Sequence[Sample], killed: float, served: int) -> MeasuredRecovery | None:
    """The recovery of a process that was killed and started again: the first answer with the rank *served* or better."""
    better = next((one for one in samples if one.asked >= killed and one.rank <= served), None)
    return MeasuredRecovery(better, _time(samples, killed, better)) if better else None


def _baseline(samples: Sequence[Sample], before: Sequence[Sample], lifted: float, ideal: int) -> MeasuredTime | None:
    """Until an answer is as good as the best before the fault, and about as quick as the slowest; without samples before the
    fault, the rank alone decides.
    """
    quick = max((one.waited_s for one in before), default=float("inf")) + TOLERANCE_S
    back = next((one for one in samples if one.asked >= lifted and one.rank <= ideal and one.waited_s <= quick), None)
    return _time(samples, lifted, back) if back else None


def _time(samples: Sequence[Sample], since: float, observed: Sample) -> MeasuredTime:
    """The change may have come right after the previous request was made, or right at *since*."""
    previous = next((one for one, later in pairwise(samples) if later is observed), None)
    known = max(since, previous.asked) if previous else since
    return MeasuredTime(observed.arrived - since, observed.arrived - known)
