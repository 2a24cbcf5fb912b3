"""Network namespaces without names: each is kept open by a file descriptor of ours, and is gone with our process."""

import ctypes
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from support.core.errors import BrokenHarnessError
from support.environments.programs import find_program

_C = ctypes.CDLL(None, use_errno=True)
_NEW_NETWORK = 0x40000000  # CLONE_NEWNET of <sched.h>
WITHIN_S = 5


class Namespace:
    """One network stack: interfaces, addresses and rules of its own. Needs root (CAP_SYS_ADMIN)."""

    def __init__(self) -> None:
        opened: list[int] = []
        maker = threading.Thread(target=_leave_for_a_new_one, args=(opened,))
        maker.start()
        maker.join()
        if not opened:
            raise BrokenHarnessError("this machine refuses to make a network namespace")
        self._fd = opened[0]

    @property
    def path(self) -> str:
        """Leads here for every process as long as we live."""
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    @property
    def within(self) -> tuple[str, ...]:
        """The words to put before a command that is to run here."""
        return (find_program("nsenter"), f"--net={self.path}", "--")

    def run(self, *command: str, typed: str = "") -> str:
        """What *command*, run here, printed. Raises `BrokenHarnessError` if it fails."""
        done = subprocess.run(
            [*self.within, *command], input=typed, capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
        if done.returncode:
            raise BrokenHarnessError(f"{command[0]} failed: {done.stderr.strip()}")
        return done.stdout

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets that the calling thread opens meanwhile, and those of threads that it starts, belong here."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(self._fd)
            yield
        finally:
            _enter(before)
            os.close(before)

    def close(self) -> None:
        os.close(self._fd)


def _leave_for_a_new_one(opened: list[int]) -> None:
    """Done by a thread of its own, which ends at once: who unshares a network has left the old one for good."""
    if _C.unshare(_NEW_NETWORK) == 0:
        opened.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))


def _enter(fd: int) -> None:
    if _C.setns(fd, _NEW_NETWORK) != 0:
        raise BrokenHarnessError(f"a network namespace cannot be entered: {os.strerror(ctypes.get_errno())}")
