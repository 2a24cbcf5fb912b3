"""Limits the memory of a process: by a control group where the machine permits one, else by the process's own limit."""

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

LEFT = 8 * MEGABYTE  # for the neighbour process that uses it up; far less than the target has
WITHIN_S = 5.0


class ProcessMemoryInjector:
    """*group* is the control group of the parts, None if there is none. Parts answer HTTP requests for *health_path*."""

    def __init__(self, parts: Mapping[Target, Part], group: ScarceMemory | None, health_path: str = "/") -> None:
        self._parts = parts
        self._group = group
        self._health_path = health_path
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
            raise BrokenHarnessError(
                "this machine permits no group with a memory limit, so no process can run out of memory"
            )

    def recover(self, target: Target, _fault: Fault) -> None:
        """Remove the limit, and start the part again if the kernel killed it, as its supervisor would."""
        part = self._parts[target]
        if self._neighbour:
            self._neighbour.kill()
            self._neighbour.wait(WITHIN_S)
            self._neighbour = None
        if self._group:
            self._group.remove_limit()
        elif part.alive:
            limit_address_space(part.pid, None)
        if not part.alive or not self._answers(part.address):
            start_again(target, part)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None

    def _answers(self, address: Address) -> bool:
        """A killed process may accept connections for a moment, but it never answers."""
        try:
            with socket.create_connection(address, WITHIN_S) as connection:
                connection.sendall(f"GET {self._health_path} HTTP/1.0\r\n\r\n".encode())
                return bool(connection.recv(1))
        except TimeoutError:
            return True  # the process runs and is busy
        except OSError:
            return False
