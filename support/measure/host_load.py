"""How much of the processors' time other processes took: those that neither the suite nor its environment has started."""

import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from support.measure.figure import Figure

OTHERS = "processors' time that others took"
GROUPS = Path("/sys/fs/cgroup")
MOST_OF_OTHERS = 25.0  # percent; if others take more, times measured meanwhile mean nothing


@dataclass(frozen=True, slots=True)
class _Spent:
    """Seconds: on the monotonic clock, of busy processors in all, and of the suite's own processes."""

    at: float
    busy: float
    own: float


class HostLoad:
    """Measures from the beginning of a `with` block to its end.

    *part* is the process id of a part of the environment. If it is no child of the suite, as in a container, everything in the
    control group above its own counts as the suite's.
    """

    def __init__(self, part: int | None = None) -> None:
        self._counter = None if part is None or _is_child(part) else _counter_above(part)

    def __enter__(self) -> Self:
        self._began = _spent(self._counter)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended = _spent(self._counter)

    def others(self) -> Figure:
        """The share of others in the time of all processors, in percent. The kernel counts in hundredths of a second."""
        began, ended = self._began, self._ended
        others = (ended.busy - began.busy) - (ended.own - began.own)
        available = (ended.at - began.at) * (psutil.cpu_count() or 1)
        return Figure(OTHERS, min(max(0.0, 100 * others / available), 100.0), "%")

    @property
    def too_busy(self) -> bool:
        return self.others().value > MOST_OF_OTHERS


def _is_child(pid: int) -> bool:
    return any(child.pid == pid for child in psutil.Process().children(recursive=True))


def _counter_above(pid: int) -> Path | None:
    """The kernel's counter of the processor time of *pid* and all containers beside it, including those that have ended."""
    for line in Path(f"/proc/{pid}/cgroup").read_text().splitlines():
        _, kinds, group = line.split(":", 2)
        above = group.lstrip("/").rpartition("/")[0]
        if "cpuacct" in kinds.split(","):
            return GROUPS / "cpuacct" / above / "cpuacct.usage"
        if not kinds and (found := GROUPS / above / "cpu.stat").exists():
            return found
    return None


def _used_s(counter: Path) -> float:
    """A control group's counter: one number in nanoseconds (version 1), or a named one in microseconds (version 2)."""
    words = counter.read_text().split()
    return int(words[0]) / 1e9 if len(words) == 1 else int(words[words.index("usage_usec") + 1]) / 1e6


def _spent(counter: Path | None) -> _Spent:
    machine = psutil.cpu_times()
    # user includes guests; steal is the time that the hypervisor took
    busy = sum(getattr(machine, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq", "steal"))
    own, suite = _used_s(counter) if counter else 0.0, psutil.Process()
    for process in (suite, *suite.children(recursive=True)):
        try:
            own += sum(process.cpu_times()[:4])  # its own, and of its children that have ended
        except psutil.NoSuchProcess:
            continue
    return _Spent(time.monotonic(), busy, own)
