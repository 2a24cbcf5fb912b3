"""Whether a history of one register is linearizable: each operation takes effect at one moment between its begin and its end.

The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993) with the memoization of Lowe ("Testing for
linearizability", 2017): a state, the set of completed operations and the value of the register, is visited once.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf

from support.core.errors import InconclusiveError

LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Operation:
    """A write of *value*, or a read that returned *value* (None: no value). *end* is infinite if no answer came."""

    writes: bool
    value: str | None
    begin: float
    end: float = inf

    def __str__(self) -> str:
        span = f"{self.begin:.3f} to {self.end:.3f}" if self.end < inf else f"{self.begin:.3f}, without an answer"
        return f"{'write' if self.writes else 'read'} of {self.value} ({span})"


class Linearizability(Enum):
    LINEARIZABLE = "linearizable"
    NOT_LINEARIZABLE = "not linearizable"
    UNDECIDED = "undecided"


def check(
    operations: Sequence[Operation], *, initially: str | None = None, limit_s: float = LIMIT_S
) -> Linearizability:
    """*operations* must not contain reads without an answer. UNDECIDED if the search takes longer than *limit_s*."""
    ordered = sorted(operations, key=lambda one: one.begin)
    deadline = time.monotonic() + limit_s
    answered = sum(1 << number for number, one in enumerate(ordered) if one.end < inf)
    pending = [(0, initially)]  # the completed operations, one bit each, and the value of the register
    tried = set(pending)
    while pending:
        if time.monotonic() > deadline:
            return Linearizability.UNDECIDED
        done, held = pending.pop()
        if done & answered == answered:
            return Linearizability.LINEARIZABLE
        for state in _next(ordered, done, held):
            if state not in tried:
                tried.add(state)
                pending.append(state)
    return Linearizability.NOT_LINEARIZABLE


def assert_linearizable(operations: Sequence[Operation]) -> None:
    """Raises `AssertionError` if they are not, and `InconclusiveError` if the search takes too long."""
    found = check(operations)
    if found is Linearizability.UNDECIDED:
        raise InconclusiveError(
            f"whether {len(operations)} operations are linearizable could not be decided within {LIMIT_S:g} s"
        )
    assert found is Linearizability.LINEARIZABLE, f"no order of the {len(operations)} operations explains every read"


def _next(ordered: Sequence[Operation], done: int, held: str | None) -> list[tuple[int, str | None]]:
    """The states after one more operation: one that began before any other open operation had ended."""
    found = []
    first_end = min((one.end for number, one in enumerate(ordered) if not done >> number & 1), default=inf)
    for number, one in enumerate(ordered):
        if one.begin > first_end:
            break
        if not done >> number & 1 and (one.writes or one.value == held):
            found.append((done | 1 << number, one.value if one.writes else held))
    return found
