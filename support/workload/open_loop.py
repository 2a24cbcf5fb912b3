"""Open-loop load: requests are sent when they are due, whether or not earlier ones have been answered."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import msgspec

from support.core.errors import BrokenHarnessError, InconclusiveError
from support.measure.statistics import percentile
from support.workload.load_profile import LoadProfile, TimedRequest

MARGIN_S = 5.0  # after the time-out of the last request
LATE_S = 0.05  # a request that is sent later than this was not sent on time
MOST_LATE = 0.01

_record = msgspec.json.Decoder(list[TimedRequest])


@dataclass(frozen=True, slots=True)
class LoadResult:
    """The requests that were sent. Latency counts from the moment at which a request was due, so that a generator that falls
    behind a stalled service does not hide the delay (coordinated omission).
    """

    requests: Sequence[TimedRequest]

    def due_in(self, spans: Sequence[tuple[float, float]]) -> "LoadResult":
        """Only the requests that were due within one of *spans* (monotonic clock)."""
        return LoadResult([one for one in self.requests if any(begin <= one.due < end for begin, end in spans)])

    def latencies_ms(self) -> list[float]:
        return [(one.ended - one.due) * 1000 for one in self.requests]

    def failures(self) -> list[str]:
        return [f"HTTP {one.status}" if one.status else "no answer" for one in self.requests if one.status != 200]

    def late(self) -> int:
        """How many requests were not sent on time."""
        return sum(one.sent - one.due > LATE_S for one in self.requests)

    def require_volume(self, least: int) -> None:
        """Raises `InconclusiveError` unless at least *least* requests were sent."""
        if len(self.requests) < least:
            raise InconclusiveError(
                f"load too low: {len(self.requests)} requests were sent, at least {least} are needed"
            )

    def require_schedule(self) -> None:
        """Raises `InconclusiveError` unless 99 % of the requests were sent on time: otherwise latencies mean nothing."""
        if self.late() > MOST_LATE * len(self.requests):
            raise InconclusiveError(f"load too low: the generator did not keep its schedule, {self}")

    def __str__(self) -> str:
        sending = (
            percentile([(one.sent - one.due) * 1000 for one in self.requests], 99) if len(self.requests) > 1 else 0.0
        )
        return (
            f"{len(self.requests)} requests, {self.late()} of them sent more than {LATE_S * 1000:g} ms late, 99 in 100 within "
            f"{sending:.1f} ms; {len(self.failures())} were not answered"
        )


class LoadGenerator:
    """Sends load from the beginning of a `with` block until `end`."""

    def __init__(self, profile: LoadProfile) -> None:
        self._profile = profile
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.workload"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(msgspec.json.encode(self._profile) + b"\n")
        self._process.stdin.flush()
        if self._process.stdout.readline() != b"ready\n":
            raise BrokenHarnessError("the load generator could not be started; its error output is above")
        return self

    def check_alive(self) -> None:
        """Raises `BrokenHarnessError` if the generator has ended."""
        if self._process.poll() is not None:
            raise BrokenHarnessError("the load generator has ended by itself; its error output is above")

    def end(self) -> LoadResult:
        """Send no more requests, and wait for the last answers."""
        try:
            out, _ = self._process.communicate(timeout=self._profile.timeout_s + MARGIN_S)
            return LoadResult(sorted(_record.decode(out), key=lambda one: one.due))
        except (subprocess.TimeoutExpired, msgspec.DecodeError) as trouble:
            raise BrokenHarnessError(f"the load generator left no record: {trouble}") from None

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.communicate()
