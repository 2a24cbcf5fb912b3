"""Whether a history of one register could have come about if each call had taken effect at one moment while it was under way.

The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993) with the memory of Lowe ("Testing for
linearizability", 2017): a state in which the same calls have taken effect and the register holds the same is tried once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf

from support.core.errors import InconclusiveError

LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Call:
    """A write of *value*, or a read that answered *value* (None: nothing was there). *end* is infinite if no answer came."""

    writes: bool
    value: str | None
    begin: float
    end: float = inf

    def __str__(self) -> str:
        span = f"{self.begin:.3f} to {self.end:.3f}" if self.end < inf else f"{self.begin:.3f}, without an answer"
        return f"{'write' if self.writes else 'read'} of {self.value} ({span})"


class Verdict(Enum):
    LINEARIZABLE = "linearizable"
    NOT_LINEARIZABLE = "not linearizable"
    UNDECIDED = "undecided"


def judge(calls: Sequence[Call], *, initially: str | None = None, limit_s: float = LIMIT_S) -> Verdict:
    """*calls* without the reads that nobody answered, which prove nothing. UNDECIDED if *limit_s* was not enough."""
    ordered = sorted(calls, key=lambda call: call.begin)
    deadline = time.monotonic() + limit_s
    answered = sum(1 << number for number, call in enumerate(ordered) if call.end < inf)
    pending = [(0, initially)]  # which calls have taken effect, one bit each, and what the register holds then
    tried = set(pending)
    while pending:
        if time.monotonic() > deadline:
            return Verdict.UNDECIDED
        done, held = pending.pop()
        if done & answered == answered:
            return Verdict.LINEARIZABLE
        for state in _next(ordered, done, held):
            if state not in tried:
                tried.add(state)
                pending.append(state)
    return Verdict.NOT_LINEARIZABLE


def assert_linearizable(calls: Sequence[Call]) -> None:
    """Raises `AssertionError` if they are not, and `InconclusiveError` if that could not be found out in time."""
    verdict = judge(calls)
    if verdict is Verdict.UNDECIDED:
        raise InconclusiveError(f"whether {len(calls)} calls fit one order could not be found out in {LIMIT_S:g} s")
    assert verdict is Verdict.LINEARIZABLE, f"no order of {len(calls)} calls explains what was read"


def _next(ordered: Sequence[Call], done: int, held: str | None) -> list[tuple[int, str | None]]:
    """The states after one more call. A call may be next if it began before any other that is not done had ended."""
    found = []
    first_end = min((call.end for number, call in enumerate(ordered) if not done >> number & 1), default=inf)
    for number, call in enumerate(ordered):
        if call.begin > first_end:
            break
        if not done >> number & 1 and (call.writes or call.value == held):
            found.append((done | 1 << number, call.value if call.writes else held))
    return found
