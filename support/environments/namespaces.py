"""Unnamed network namespaces: each is kept alive by a file descriptor, and disappears with this process."""

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
    """A network stack with its own interfaces, addresses and rules. Needs root (CAP_SYS_ADMIN)."""

    def __init__(self) -> None:
        opened: list[int] = []
        thread = threading.Thread(target=_unshare_network, args=(opened,))
        thread.start()
        thread.join()
        if not opened:
            raise BrokenHarnessError("this machine does not allow network namespaces")
        self._fd = opened[0]

    @property
    def path(self) -> str:
        """A path to this namespace for every process, valid while this process lives."""
        return f"/proc/{os.getpid()}/fd/{self._fd}"

    @property
    def within(self) -> tuple[str, ...]:
        """The command prefix that runs a command in this namespace."""
        return (find_program("nsenter"), f"--net={self.path}", "--")

    def run(self, *command: str, stdin: str = "") -> str:
        """Run *command* here and return its output. Raises `BrokenHarnessError` if it fails."""
        done = subprocess.run(
            [*self.within, *command], input=stdin, capture_output=True, text=True, timeout=WITHIN_S, check=False
        )
        if done.returncode:
            raise BrokenHarnessError(f"{command[0]} failed: {done.stderr.strip()}")
        return done.stdout

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Sockets opened during the block by the calling thread, and by threads that it starts, belong to this namespace."""
        before = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
        try:
            _enter(self._fd)
            yield
        finally:
            _enter(before)
            os.close(before)

    def close(self) -> None:
        os.close(self._fd)


def _unshare_network(opened: list[int]) -> None:
    """Runs in a thread that ends at once, since a thread that unshares its network does not return to the old one."""
    if _C.unshare(_NEW_NETWORK) == 0:
        opened.append(os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC))


def _enter(fd: int) -> None:
    if _C.setns(fd, _NEW_NETWORK) != 0:
        raise BrokenHarnessError(f"a network namespace cannot be entered: {os.strerror(ctypes.get_errno())}")
