"""Checks whether a value with an expiry is readable until it expires, and not afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.core.eventually import patiently
from support.workload.attempts import Attempt, Attempts

TICK_S = 0.01  # Redis updates its clock once for each iteration of its event loop


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


def observe_lifetime(stored: Attempt, span: timedelta, read: Callable[[], Attempt]) -> ValueLifetime:
    """Read the value until it is gone, and for at most 1.5 times its lifetime. Unanswered reads are ignored."""
    reads: list[Attempt] = []

    def check() -> None:
        one = read()
        if one.confirmed:
            reads.append(one)
        over = one.began > stored.ended + 1.5 * span.total_seconds()
        assert over or (one.confirmed and one.value is None), "the value has not expired"

    patiently(check, within=3 * span)
    return ValueLifetime(stored, span, Attempts(tuple(reads)))
