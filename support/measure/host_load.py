"""Who had the machine's processors: we, with all that we have started, or others."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from support.measure.figure import Figure

OTHERS = "processors' time that others took"
GROUPS = Path("/sys/fs/cgroup")
MOST_OF_OTHERS = 25.0  # in percent; where others take more, nothing is known of our own speed


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds on the clock, of processors that were busy, and of those that were busy for us."""

    at: float
    busy: float
    ours: float


class Processors:
    """Watches from the beginning of the `with` block to its end.

    *aside* is a process of ours that is not our child, as those in containers are not: all that runs in the control group
    above its own counts as ours.
    """

    def __init__(self, aside: int | None = None) -> None:
        self._counter = None if aside is None or _is_child(aside) else _counter_above(aside)

    def __enter__(self) -> Self:
        self._began = _spent(self._counter)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended = _spent(self._counter)

    def others(self) -> Figure:
        """Of all that the processors could have done, in percent; the kernel counts in hundredths of a second."""
        began, ended = self._began, self._ended
        others = (ended.busy - began.busy) - (ended.ours - began.ours)
        able = (ended.at - began.at) * (psutil.cpu_count() or 1)
        return Figure(OTHERS, min(max(0.0, 100 * others / able), 100.0), "%")

    @property
    def too_busy(self) -> bool:
        return self.others().value > MOST_OF_OTHERS


def _is_child(pid: int) -> bool:
    return any(child.pid == pid for child in psutil.Process().children(recursive=True))


def _counter_above(pid: int) -> Path | None:
    """Where the kernel counts what all containers beside *pid* have worked, also those that have ended."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, kinds, group = line.split(":", 2)
        above = group.lstrip("/").rpartition("/")[0]
        if "cpuacct" in kinds.split(","):
            return GROUPS / "cpuacct" / above / "cpuacct.usage"
        if not kinds and (found := GROUPS / above / "cpu.stat").exists():
            return found
    return None


def _worked_s(counter: Path) -> float:
    """In nanoseconds, one number (version 1), or in microseconds after its name (version 2)."""
    words = counter.read_text().split()
    return int(words[0]) / 1e9 if len(words) == 1 else int(words[words.index("usage_usec") + 1]) / 1e6


def _spent(counter: Path | None) -> _Spent:
    machine = psutil.cpu_times()
    # guests are in user already; steal is what the machine's own host took
    busy = sum(getattr(machine, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq", "steal"))
    ours, us = _worked_s(counter) if counter else 0.0, psutil.Process()
    for process in (us, *us.children(recursive=True)):
        try:
            ours += sum(process.cpu_times()[:4])  # its own, and of its children that have ended
        except psutil.NoSuchProcess:
            continue
    return _Spent(time.monotonic(), busy, ours)
