"""Checks whether a value with an expiry is readable until it expires, and not afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.core.eventually import patiently
from support.workload.attempts import Attempt, Attempts

OUTAGE = timedelta(seconds=15)
TICK_S = 0.01  # Redis updates its clock once for each iteration of its event loop


@dataclass(frozen=True, slots=True)
class StoredSession:
    """A value that was *stored* with the expiry *span*."""

    stored: Attempt
    span: timedelta


@dataclass(frozen=True, slots=True)
class ValueLifetime:
    """A value that was *stored* with the expiry *span*, and all answered *reads* of it since then, in order.

    The expiry began at an unknown moment while the value was stored. Between the earliest and the latest possible end of the
    lifetime, a read may find the value or not.
    """

    stored: Attempt
    span: timedelta
    reads: Attempts

    def early(self) -> list[str]:
        """Return, for each read that found no value before the earliest end, by how much it was early."""
        earliest = self.stored.began + self.span.total_seconds() - TICK_S
        gone = [one for one in self.reads.made if one.value is None]
        return [f"{earliest - one.ended:.3f} s early" for one in gone if one.ended < earliest]

    def late(self) -> list[str]:
        """Return, for each read that found the value after the latest end, by how much it was late."""
        latest = self.stored.ended + self.span.total_seconds() + TICK_S
        there = [one for one in self.reads.made if one.value is not None]
        return [f"{one.began - latest:.3f} s too long" for one in there if one.began > latest]

    def reads_before(self) -> int:
        return sum(one.value is not None for one in self.reads.made)

    def reads_after(self) -> int:
        """How many reads began when the value had surely expired."""
        latest = self.stored.ended + self.span.total_seconds() + TICK_S
        return sum(one.began > latest for one in self.reads.made)


def observe_lifetime(stored: Attempt, span: timedelta, read: Callable[[], Attempt]) -> ValueLifetime:
    """Read the value until it is gone and its lifetime is over, and for at most half a lifetime longer.

    Unanswered reads are ignored. Raises `AssertionError` if no read is answered for `OUTAGE` after that.
    """
    reads: list[Attempt] = []
    end = stored.ended + span.total_seconds() + TICK_S

    def check() -> None:
        one = read()
        if one.confirmed:
            reads.append(one)
        gone = one.value is None and one.began > end
        over = one.confirmed and (gone or one.began > stored.ended + 1.5 * span.total_seconds())
        assert over, f"the last read gave {one.value or one.why or 'nothing'}"

    patiently(check, within=1.5 * span + OUTAGE)
    return ValueLifetime(stored, span, Attempts(tuple(reads)))
