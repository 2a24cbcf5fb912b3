"""Whether a value lived exactly as long as it was given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from support.core.eventually import eventually
from support.workload.attempts import Attempt, Attempts

TICK_S = 0.01  # Redis looks at its clock once for each round of requests


@dataclass(frozen=True, slots=True)
class ValueLifetime:
    """A value that was *stored* for *span*, and all *reads* of it from then on, in order."""

    stored: Attempt
    span: timedelta
    reads: Attempts

    def early(self) -> list[str]:
        """Reads that found nothing too early. Between its two possible ends both are right."""
        earliest = self.stored.began + self.span.total_seconds() - TICK_S
        gone = [one for one in self.reads.made if one.value is None]
        return [f"{earliest - one.ended:.3f} s early" for one in gone if one.ended < earliest]

    def late(self) -> list[str]:
        """Reads that found something too late; a value that was still there when we stopped is late too."""
        latest = self.stored.ended + self.span.total_seconds() + TICK_S
        there = [one for one in self.reads.made if one.value is not None]
        return [f"{one.began - latest:.3f} s too long" for one in there if one.began > latest]

    def reads_before(self) -> int:
        return sum(one.value is not None for one in self.reads.made)


def observe_lifetime(stored: Attempt, span: timedelta, read: Callable[[], Attempt]) -> ValueLifetime:
    """Read until it is gone, and at most twice as long as it should live; what was not answered does not count."""
    reads: list[Attempt] = []

    def check() -> None:
        one = read()
        if one.confirmed:
            reads.append(one)
        over = one.began > stored.ended + 1.5 * span.total_seconds()
        assert over or (one.confirmed and one.value is None), "it is still there"

    eventually(check, within=3 * span)
    return ValueLifetime(stored, span, Attempts(tuple(reads)))
