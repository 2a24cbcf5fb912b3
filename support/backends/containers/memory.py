"""The memory of a part in a container: the engine has put it into a control group of its own, which can be limited."""

from typing import TYPE_CHECKING

from support.backends.containers.part import ContainerPart
from support.backends.memory import MemoryGroup, group_of
from support.errors import BrokenHarnessError

if TYPE_CHECKING:
    import subprocess


class ContainerMemory:
    """The group is there as long as anything runs in it; the engine makes it anew at a start, or takes what is there."""

    def __init__(self, part: ContainerPart) -> None:
        self._part = part
        self._limited: MemoryGroup | None = None
        self._counted = 0

    @property
    def lacking(self) -> str:
        """Why it cannot be made scarce; empty when it can."""
        try:
            self._group()
        except BrokenHarnessError as why:
            return str(why)
        return ""

    @property
    def killed(self) -> int:
        """The engine removes the group with its last process, and the count with it; but it notes what that process died of."""
        try:
            self._counted = (self._limited or self._group()).killed
        except OSError:
            return self._counted + self._part.ended_for_want_of_memory
        return self._counted

    def allow(self, more: int) -> None:
        self._limited = self._group()
        self._counted = self._limited.killed
        self._limited.allow(more)

    def allow_everything(self) -> None:
        if self._limited and self._limited.folder.exists():
            self._limited.allow_everything()
        self._limited = None

    def eater(self, size: int) -> "subprocess.Popen[bytes]":
        return self._group().eater(size)

    def _group(self) -> MemoryGroup:
        pid = self._part.pid
        try:
            group = group_of(pid) if pid else None
        except OSError:
            group = None
        if group is None:
            raise BrokenHarnessError(
                "the memory of a container can be limited by root only, on the machine where it runs"
            )
        return group
