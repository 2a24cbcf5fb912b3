"""How long an application was interrupted by a fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.workload.attempts import Attempt


@dataclass(frozen=True, slots=True)
class Interruption:
    """*took_s* runs from the fault until the first attempt made after it was confirmed; *failed* attempts came before that one."""

    took_s: float
    failed: int


def interruption(made: Sequence[Attempt], since: float, limit: timedelta) -> Interruption:
    """*since* is when the fault was felt (monotonic clock). Raises `AssertionError` if nothing was confirmed within *limit*."""
    later = [one for one in made if one.began >= since]
    again = next((one for one in later if one.confirmed), None)
    last = later[-1].why if later else "nothing was attempted"
    assert again, f"none of {len(later)} writes was confirmed after the fault; the last result was: {last}"
    took_s, limit_s = again.ended - since, limit.total_seconds()
    assert took_s <= limit_s, f"the first confirmation came {took_s:.2f} s after the fault; the limit is {limit_s:g} s"
    return Interruption(took_s, sum(not one.confirmed for one in later if one.began < again.began))
