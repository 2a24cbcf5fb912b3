"""Shoppers who search on a schedule of their own, from a process of its own; and whether they could keep it."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.measure.statistics import percentile
from support.workload.load_profile import Asked, Plan

ROOM_S = 5.0  # beyond the patience of the last shopper
LATE_S = 0.05  # a question that is sent later than this was not sent when it was due
MOST_LATE = 0.01

_record = msgspec.json.Decoder(list[Asked])


@dataclass(frozen=True, slots=True)
class Load:
    """What was asked. A shopper's wait is counted from the moment at which the question was due, not from its sending: a
    service that stalls also delays those who come meanwhile, and a generator that waits for it would hide them.
    """

    asked: Sequence[Asked]

    def due_in(self, spans: Sequence[tuple[float, float]]) -> "Load":
        """Only what was due within one of *spans* (monotonic clock)."""
        return Load([one for one in self.asked if any(begin <= one.due < end for begin, end in spans)])

    def waits_ms(self) -> list[float]:
        return [(one.ended - one.due) * 1000 for one in self.asked]

    def turned_away(self) -> list[str]:
        return [f"HTTP {one.status}" if one.status else "no answer" for one in self.asked if one.status != 200]

    def late(self) -> int:
        """How many questions were not sent when they were due."""
        return sum(one.sent - one.due > LATE_S for one in self.asked)

    def must_have_been_put(self, least: int) -> None:
        """Raises `InconclusiveError` unless *least* questions were asked."""
        if len(self.asked) < least:
            raise InconclusiveError(
                f"load too low: {len(self.asked)} questions were asked, {least} would mean something"
            )

    def must_have_kept_its_schedule(self) -> None:
        """Raises `InconclusiveError` unless 99 in 100 questions were sent within 50 ms of their time: else waits mean nothing."""
        if self.late() > MOST_LATE * len(self.asked):
            raise InconclusiveError(f"load too low: the schedule was not kept, {self}")

    def __str__(self) -> str:
        sending = percentile([(one.sent - one.due) * 1000 for one in self.asked], 99) if len(self.asked) > 1 else 0.0
        return (
            f"{len(self.asked)} questions, {self.late()} of them sent more than {LATE_S * 1000:g} ms late, 99 in 100 within "
            f"{sending:.1f} ms; {len(self.turned_away())} were not answered"
        )


class OpenLoop:
    """Load from the beginning of the `with` block on, until `end`."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.workload"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(self._plan) + b"\n")
        self._process.stdin.flush()
        if self._process.stdout.readline() != b"ready\n":
            raise BrokenHarnessError("the load generator could not be started; its complaint is above")
        return self

    def must_go_on(self) -> None:
        """Raises `BrokenHarnessError` when nobody asks any more."""
        if self._process.poll() is not None:
            raise BrokenHarnessError("the load generator has ended by itself; its complaint is above")

    def end(self) -> Load:
        """Send no more, and wait for the last answers."""
        try:
            out, _ = self._process.communicate(timeout=self._plan.patience_s + ROOM_S)
            return Load(sorted(_record.decode(out), key=lambda one: one.due))
        except (subprocess.TimeoutExpired, msgspec.DecodeError) as trouble:
            raise BrokenHarnessError(f"the load generator left no record: {trouble}") from None

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
