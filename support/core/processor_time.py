"""Processor time of this machine: how much of it others took, those that neither the suite nor its environment has started."""

import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import psutil

MOST_OF_OTHERS = 25.0  # percent; if others take more, times measured meanwhile mean nothing
GROUPS = Path("/sys/fs/cgroup")
SPAN_S = 0.3  # the kernel counts in hundredths of a second: shares of shorter spans are coarse
MARGIN = 1.5  # waits on each other add up: a late answer delays the next question
SLOWEST = 6.0  # beyond, nothing is told from anything


_suite: int | None = None  # the process from which all of the suite descends; None: this one


def count_as_suite(pid: int) -> None:
    """Count all that descends from *pid*, the gate of this worker, as the suite's own: other workers are no others."""
    global _suite  # noqa: PLW0603  one for the whole process
    _suite = pid


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: on the monotonic clock, of busy processors in all, and of the suite's own processes."""

    at: float
    busy: float
    own: float


def spent(counter: Path | None = None) -> Spent:
    """What has been spent until now. *counter* is a control group's, whose processes count as the suite's own."""
    machine = psutil.cpu_times()
    # user includes guests; steal is the time that the hypervisor took
    busy = sum(getattr(machine, kind, 0.0) for kind in ("user", "nice", "system", "irq", "softirq", "steal"))
    own, suite = _used_s(counter) if counter else 0.0, psutil.Process(_suite)
    for process in (suite, *suite.children(recursive=True)):
        try:
            own += sum(process.cpu_times()[:4])  # its own, and of its children that have ended
        except psutil.NoSuchProcess:
            continue
    return Spent(time.monotonic(), busy, own)


def share_of_others(began: Spent, ended: Spent) -> float:
    """In percent of the time of all processors between the two."""
    others = (ended.busy - began.busy) - (ended.own - began.own)
    available = (ended.at - began.at) * (psutil.cpu_count() or 1)
    return min(max(0.0, 100 * others / available), 100.0) if available > 0 else 0.0


class ProcessorWatch:
    """Looks now and then, when told to; keeps what it has seen. *counter* as in `spent`."""

    def __init__(self) -> None:
        self.counter: Path | None = None
        self._seen: deque[Spent] = deque(maxlen=1000)
        self._lock = threading.Lock()

    def look(self) -> None:
        with self._lock:
            if not self._seen or time.monotonic() - self._seen[-1].at >= SPAN_S:
                self._seen.append(spent(self.counter))

    def others_since(self, at: float) -> float:
        """The largest share of others, in percent, between two looks since *at* (monotonic clock); 0 if there were fewer."""
        self.look()
        seen = list(self._seen)
        first = max((number for number, one in enumerate(seen) if one.at <= at), default=0)
        return max((share_of_others(*two) for two in pairwise(seen[first:])), default=0.0)

    def slowdown_since(self, at: float) -> float:
        """By how much others may have slowed down the suite and what it judges: 1 on a machine that is its own.

        Who gets the share 1 - s of the processors needs 1 / (1 - s) times as long.
        """
        others = self.others_since(at)
        return min(MARGIN / max(1 - others / 100, 0.01), SLOWEST) if others > MOST_OF_OTHERS else 1.0


WATCH = ProcessorWatch()


def counter_of(pid: int) -> Path | None:
    """The kernel's counter of the time of *pid* and all containers beside it, also of those that have ended.

    None if *pid* is a child of the suite, or there is no such counter.
    """
    if any(child.pid == pid for child in psutil.Process().children(recursive=True)):
        return None
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
