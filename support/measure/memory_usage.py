"""The resident memory of a part, as counted by the kernel: of its process and all descendants, in MB of 2^20 bytes."""

from pathlib import Path

import psutil

MB = 1 << 20
RESET_PEAK = "5"  # written to clear_refs, this resets a process's high-water mark to its current usage, see proc(5)


class MemoryUsage:
    """Peaks are the kernel's high-water marks, exact to a page and independent of sampling. The sum over several processes is an
    upper bound.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def now_mb(self) -> float:
        return float(sum(process.memory_info().rss for process in self._processes()) / MB)

    def reset_peak(self) -> None:
        for process in self._processes():
            Path(f"/proc/{process.pid}/clear_refs").write_text(RESET_PEAK)

    def peak_mb(self) -> float:
        return sum(_high_water_kb(process.pid) for process in self._processes()) / 1024

    def _processes(self) -> list[psutil.Process]:
        part = psutil.Process(self._pid)
        return [part, *part.children(recursive=True)]


def _high_water_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
