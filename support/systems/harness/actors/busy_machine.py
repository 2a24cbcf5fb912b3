"""Other programs that keep the processors of this machine busy, while a nested run tests something."""

import subprocess
import sys
from types import TracebackType
from typing import Self

import psutil

LONGEST_S = 180
# ends by itself too, if nobody is left to end it
PROGRAM = f"""
import os, time
parent, end = os.getppid(), time.monotonic() + {LONGEST_S}
while time.monotonic() < end and os.getppid() == parent:
    pass
"""


class BusyMachine:
    """The `with` block ends all programs that were started in it."""

    def __init__(self) -> None:
        self._programs: list[subprocess.Popen[bytes]] = []

    def take_all_processors(self) -> None:
        """One program for each processor. A nested run takes them for the programs of others: it has not started them."""
        self._programs += [
            subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=subprocess.DEVNULL)
            for _ in range(psutil.cpu_count() or 1)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        for program in self._programs:
            program.kill()
        for program in self._programs:
            program.wait()
