"""Other programs that keep the processors of this machine busy, while a nested run tests something."""

import subprocess
import sys
from types import TracebackType
from typing import Self

import psutil

from support.core.errors import BrokenHarnessError

LONGEST_S = 600  # longer than any nested run may take
# ends by itself too, if nobody is left to end it
PROGRAM = f"""
import os, time
parent, end = os.getppid(), time.monotonic() + {LONGEST_S}
while time.monotonic() < end and os.getppid() == parent:
    pass
"""


class BusyMachine:
    """The `with` block ends all programs that were started in it. Raises `BrokenHarnessError` if one of them has ended before."""

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
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        early = [program for program in self._programs if program.poll() is not None]
        for program in self._programs:
            program.kill()
        for program in self._programs:
            program.wait()
        if early and error is None:
            raise BrokenHarnessError(f"{len(early)} of the programs that were to keep the processors busy ended early")
