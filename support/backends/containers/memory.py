"""The memory of a part in a container: the engine has put it into a control group of its own, which can be limited."""

from contextlib import suppress
from typing import TYPE_CHECKING

from support.backends.containers.part import ContainerPart
from support.backends.memory import MemoryGroup, group_of
from support.errors import BrokenHarnessError

if TYPE_CHECKING:
    import subprocess


class ContainerMemory:
    """The group is there as long as the container runs, and another one after each start."""

    def __init__(self, part: ContainerPart) -> None:
        self._part = part

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
        return self._part.ended_for_want_of_memory

    def allow(self, more: int) -> None:
        self._group().allow(more)

    def allow_everything(self) -> None:
        with suppress(BrokenHarnessError):  # with the container its limit has gone
            self._group().allow_everything()

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
