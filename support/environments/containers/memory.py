"""The memory of a part in a container: the engine gives each container a control group, which can be limited."""

from typing import TYPE_CHECKING

from support.core.errors import BrokenHarnessError
from support.environments.containers.part import ContainerPart
from support.environments.memory_limits import MemoryGroup, group_of, killed_anywhere

if TYPE_CHECKING:
    import subprocess


class ContainerMemory:
    """The group exists while a process runs in it; the engine creates it at a start, or reuses an existing one."""

    def __init__(self, part: ContainerPart) -> None:
        self._part = part
        self._limited: MemoryGroup | None = None
        self._counted = 0
        self._anywhere = 0

    @property
    def lacking(self) -> str:
        """Why it cannot be limited; empty if it can."""
        try:
            self._group()
        except BrokenHarnessError as error:
            return str(error)
        return ""

    @property
    def killed(self) -> int:
        group = self._limited or (self._group() if self._part.alive else None)
        try:
            self._counted = group.killed if group else self._counted
        except FileNotFoundError:
            # the engine has already removed the group; the kernel also counts for the whole machine
            return self._counted + (self._part.ended_by_kill and killed_anywhere() > self._anywhere)
        return self._counted

    def limit(self, headroom: int) -> None:
        self._limited = self._group()
        self._counted, self._anywhere = self._limited.killed, killed_anywhere()
        self._limited.limit(headroom)

    def remove_limit(self) -> None:
        limited, self._limited = self._limited, None
        try:
            if limited:
                limited.remove_limit()
        except BrokenHarnessError:
            if limited and limited.folder.exists():
                raise

    def memory_hog(self, size: int) -> "subprocess.Popen[bytes]":
        return self._group().memory_hog(size)

    def _group(self) -> MemoryGroup:
        pid = self._part.pid
        try:
            group = group_of(pid) if pid else None
        except OSError:
            group = None
        if group is None:
            raise BrokenHarnessError(
                "the memory of a container can be limited only by root, on the machine where it runs"
            )
        return group
