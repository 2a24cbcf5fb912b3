"""Who had the machine's processors: we, with all that we have started, or others."""

import time
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import psutil

from support.observers.figure import Figure

OTHERS = "processors' time that others took"
MOST_OF_OTHERS = 25.0  # in percent; where others take more, nothing is known of our own speed


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds on the clock, of processors that were busy, and of those that were busy for us."""

    at: float
    busy: float
    ours: float


class Processors:
    """Watches from the beginning of the `with` block to its end."""

    def __enter__(self) -> Self:
        self._began = _spent()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended = _spent()

    def others(self) -> Figure:
        """Of all that the processors could have done, in percent; the kernel counts in hundredths of a second."""
        began, ended = self._began, self._ended
        others = (ended.busy - began.busy) - (ended.ours - began.ours)
        able = (ended.at - began.at) * (psutil.cpu_count() or 1)
        return Figure(OTHERS, min(max(0.0, 100 * others / able), 100.0), "%")

    @property
    def too_busy(self) -> bool:
        return self.others().value > MOST_OF_OTHERS


def _spent() -> _Spent:
    machine = psutil.cpu_times()
    # guests are in user already; steal is what the machine's own host took
    busy = sum(getattr(machine, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq", "steal"))
    ours, us = 0.0, psutil.Process()
    for process in (us, *us.children(recursive=True)):
        try:
            ours += sum(process.cpu_times()[:4])  # its own, and of its children that have ended
        except psutil.NoSuchProcess:
            continue
    return _Spent(time.monotonic(), busy, ours)
