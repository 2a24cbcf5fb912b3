"""Memory that is really scarce: a control group of the kernel (version 1 or 2) in which a part runs, or the part's own limit."""

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from support.core.errors import BrokenHarnessError
from support.environments.programs import dies_with_us

MEGABYTE = 1024 * 1024
V1, V2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
WITHIN_S = 5.0
JOIN = 'echo $$ > "$0/cgroup.procs" && exec "$@"'

# goes into a group and asks there for so many megabytes, one after the other
EATER = """if True:
    import os, sys, time
    group, first_to_go, megabytes, stays = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    open("/proc/self/oom_score_adj", "w").write(first_to_go)
    open(group + "/cgroup.procs", "w").write(str(os.getpid()))
    held = [b"x" * (1 << 20) for _ in range(megabytes)]
    time.sleep(float(stays))
"""


@dataclass(frozen=True, slots=True)
class _Files:
    limit: str
    unlimited: str
    used: str
    kills: str


_FILES = {
    1: _Files("memory.limit_in_bytes", "-1", "memory.usage_in_bytes", "memory.oom_control"),
    2: _Files("memory.max", "max", "memory.current", "memory.events"),
}


@dataclass(frozen=True, slots=True)
class MemoryGroup:
    """A control group of ours at *folder*: whoever runs in it shares one limit, and there is none until it is set."""

    folder: Path
    version: int

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command that runs *argv* in the group."""
        return ["/bin/sh", "-c", JOIN, str(self.folder), *argv]

    def allow(self, more: int) -> None:
        """Let those inside take *more* bytes than they have now, together; whoever asks for more is ended by the kernel."""
        used = int((self.folder / self._files.used).read_text())
        self._write(self._files.limit, str(used - self._given_back_at_need() + more))

    def allow_everything(self) -> None:
        self._write(self._files.limit, self._files.unlimited)

    def _given_back_at_need(self) -> int:
        """Bytes of files that were read or written, which the kernel keeps only as long as nobody needs the room."""
        told = dict(line.split() for line in (self.folder / "memory.stat").read_text().splitlines())
        whole = "total_" if self.version == 1 else ""  # with the groups below it
        return sum(int(told[f"{whole}{kind}_file"]) for kind in ("active", "inactive"))

    @property
    def killed(self) -> int:
        """How many processes the kernel has ended in it for want of memory so far."""
        told = (self.folder / self._files.kills).read_text().split()
        return int(told[told.index("oom_kill") + 1])

    def eater(self, size: int) -> "subprocess.Popen[bytes]":
        """A neighbour that takes *size* bytes in the group and keeps them for a minute."""
        return _eater(self.folder, 0, size, 60)

    @property
    def _files(self) -> _Files:
        return _FILES[self.version]

    def _write(self, name: str, value: str) -> None:
        try:
            (self.folder / name).write_text(value)
        except OSError as refusal:
            raise BrokenHarnessError(f"{self.folder / name} does not take {value}: {refusal.strerror}") from None


def make_memory_group(name: str) -> MemoryGroup | None:
    """A new group, or None where none can be made: without root, in most containers. `remove_memory_group` ends it."""
    for version, parent in ((1, _counted_in(os.getpid(), V1, ":memory:")), (2, V2)):
        group = MemoryGroup(parent / name, version)
        with suppress(OSError):
            group.folder.mkdir()
            if os.access(group.folder / _FILES[version].limit, os.W_OK):
                return group
            group.folder.rmdir()
    return None


def remove_memory_group(folder: Path) -> None:
    """Nothing to do for one that is gone; one in which somebody still runs stays."""
    with suppress(OSError):
        folder.rmdir()


def killed_anywhere() -> int:
    """How many processes the kernel has ended for want of memory since the machine was started, in all groups."""
    told = Path("/proc/vmstat").read_text().split()
    return int(told[told.index("oom_kill") + 1])


def gives_no_more(pid: int, size: int) -> bool:
    """Whether *size* bytes more cannot be had where the process *pid* runs.

    Its own limit is read from the kernel. Its group is tried: somebody goes there and asks for as much, as the first one to be
    ended if it cannot be had.
    """
    limit = _own_limit(pid)
    if limit is not None and limit - psutil.Process(pid).memory_info().vms < size:
        return True
    group = group_of(pid)
    return group is not None and _eater(group.folder, 1000, size, 0).wait(WITHIN_S) < 0


def _own_limit(pid: int) -> int | None:
    """The bytes of address space that *pid* may have; None if there is no limit. Anybody may read it, and not ask for it."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    soft = next(line.split()[3] for line in lines if line.startswith("Max address space"))
    return None if soft == "unlimited" else int(soft)


def refuse_more_than(pid: int, size: int | None) -> None:
    """Let the process *pid* have *size* bytes of address space more, by a limit of its own; None takes that back."""
    process = psutil.Process(pid)
    _, highest = process.rlimit(resource.RLIMIT_AS)
    process.rlimit(resource.RLIMIT_AS, (highest if size is None else process.memory_info().vms + size, highest))


def _eater(group: Path, first_to_go: int, size: int, stays_s: int) -> "subprocess.Popen[bytes]":
    words = [str(group), str(first_to_go), str(size // MEGABYTE), str(stays_s)]
    return subprocess.Popen(dies_with_us([sys.executable, "-ISc", EATER, *words]), stderr=subprocess.DEVNULL)


def group_of(pid: int) -> MemoryGroup | None:
    """The group that counts the memory of *pid*; None where we may not go there."""
    v1 = ":memory:" in Path(f"/proc/{pid}/cgroup").read_text()
    group = MemoryGroup(_counted_in(pid, V1, ":memory:"), 1) if v1 else MemoryGroup(_counted_in(pid, V2, "::"), 2)
    return group if os.access(group.folder / "cgroup.procs", os.W_OK) else None


def _counted_in(pid: int, mount: Path, mark: str) -> Path:
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return mount / next((line.partition(mark)[2].lstrip("/") for line in lines if mark in line), "")
