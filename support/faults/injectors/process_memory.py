"""Takes memory away from a process: a limit around it, where the machine lets us make one, else a limit of its own."""

import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING

from support.core.addresses import Address
from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.environments.memory_limits import MEGABYTE, limit_address_space
from support.environments.parts import Part, ScarceMemory
from support.faults.injectors.process import start_again
from support.faults.model import Fault, ShortOfMemory

if TYPE_CHECKING:
    import subprocess

LEFT = 8 * MEGABYTE  # for the neighbour who is to use it up; far less than the service has
WITHIN_S = 5.0


class ProcessMemoryInjector:
    """*group* is where the catalog service runs; None where no such group can be made."""

    def __init__(self, parts: Mapping[Target, Part], group: ScarceMemory | None) -> None:
        self._parts = parts
        self._group = group
        self._neighbour: subprocess.Popen[bytes] | None = None

    def inject(self, target: Target, fault: Fault) -> None:
        if isinstance(fault, ShortOfMemory):
            if self._group:
                self._group.limit(fault.megabytes * MEGABYTE)
            else:
                limit_address_space(self._parts[target].pid, fault.megabytes * MEGABYTE)
        elif self._group:
            self._group.limit(LEFT)
            self._neighbour = self._group.memory_hog(2 * LEFT)
        else:
            raise BrokenHarnessError("no group of processes can be made here whose memory runs out")

    def recover(self, target: Target, _fault: Fault) -> None:
        """Give the memory back; a service that was ended is started again, as whoever watches over it would do."""
        part = self._parts[target]
        if self._neighbour:
            self._neighbour.kill()
            self._neighbour.wait(WITHIN_S)
            self._neighbour = None
        if self._group:
            self._group.remove_limit()
        elif part.alive:
            limit_address_space(part.pid, None)
        if not part.alive or not _is_open(part.address):
            start_again(target, part)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None


def _is_open(address: Address) -> bool:
    """Whom the kernel ends may still be connected to for a moment, but never answers."""
    try:
        with socket.create_connection(address, WITHIN_S) as caller:
            caller.sendall(b"GET /health/live HTTP/1.0\r\n\r\n")
            return bool(caller.recv(1))
    except TimeoutError:
        return True  # it runs, and is busy
    except OSError:
        return False
