"""How much memory a part uses, as the kernel counts it: resident, of the process and all that it has started (MB of 2^20 bytes)."""

from pathlib import Path

import psutil

MB = 1 << 20
PEAK = "5"  # written to clear_refs it sets a process's high-water mark back to what it uses now (proc(5))


class Memory:
    """Peaks are the kernel's own high-water marks, exact to a page, however short. Those of several processes are added up,
    which is never too little.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def now_mb(self) -> float:
        return float(sum(process.memory_info().rss for process in self._processes()) / MB)

    def forget_peak(self) -> None:
        for process in self._processes():
            Path(f"/proc/{process.pid}/clear_refs").write_text(PEAK)

    def peak_mb(self) -> float:
        return sum(_high_water_kb(process.pid) for process in self._processes()) / 1024

    def _processes(self) -> list[psutil.Process]:
        part = psutil.Process(self._pid)
        return [part, *part.children(recursive=True)]


def _high_water_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))
