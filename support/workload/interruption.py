"""How long an application had to do without after a fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.workload.attempts import Attempt


@dataclass(frozen=True, slots=True)
class Interruption:
    """*took_s* runs from the fault to the arrival of the first confirmation of something that was attempted after it."""

    took_s: float
    failed: int


def interruption(made: Sequence[Attempt], since: float, limit: timedelta) -> Interruption:
    """*since* is when the fault was felt, on the monotonic clock. Raises `AssertionError` while nothing was confirmed in time."""
    later = [one for one in made if one.began >= since]
    again = next((one for one in later if one.confirmed), None)
    told = later[-1].why if later else "it attempted nothing"
    assert again, f"none of {len(later)} writes was confirmed; the last was told: {told}"
    took_s = again.ended - since
    assert took_s <= limit.total_seconds(), f"the first confirmation came after {took_s:.2f} s"
    return Interruption(took_s, sum(not one.confirmed for one in later if one.began < again.began))
