"""Real memory limits: a control group (version 1 or 2) in which a part runs, or the address space limit of its process."""

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
from support.environments.programs import dying_with_parent

MEGABYTE = 1024 * 1024
V1, V2 = Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup")
WITHIN_S = 5.0
KILLED_LAST = -900  # of -1000 (never) to 1000 (first), for the kernel's choice
JOIN = 'echo $$ > "$0/cgroup.procs" && exec "$@"'

# joins a group and allocates that many megabytes, one after the other
MEMORY_HOG = """if True:
    import os, sys, time
    group, oom_score, megabytes, seconds = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    open("/proc/self/oom_score_adj", "w").write(oom_score)
    open(group + "/cgroup.procs", "w").write(str(os.getpid()))
    held = [b"x" * (1 << 20) for _ in range(megabytes)]
    time.sleep(float(seconds))
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
    """The control group at *folder*: its processes share one limit, and have none until it is set."""

    folder: Path
    version: int

    def inside(self, argv: Sequence[str]) -> list[str]:
        """The command that runs *argv* in the group."""
        return ["/bin/sh", "-c", JOIN, str(self.folder), *argv]

    def limit(self, headroom: int) -> None:
        """Limit the group to *headroom* bytes more than it uses now; the kernel kills a process that allocates more."""
        self._write(self._files.limit, str(self._used() + headroom))

    def remove_limit(self) -> None:
        self._write(self._files.limit, self._files.unlimited)

    def _reclaimable(self) -> int:
        """Bytes of the page cache, which the kernel gives up when memory is needed."""
        statistics = dict(line.split() for line in (self.folder / "memory.stat").read_text().splitlines())
        prefix = "total_" if self.version == 1 else ""  # includes child groups
        return sum(int(statistics[f"{prefix}{kind}_file"]) for kind in ("active", "inactive"))

    @property
    def killed(self) -> int:
        """Number of processes in the group that the kernel has killed for lack of memory."""
        words = (self.folder / self._files.kills).read_text().split()
        return int(words[words.index("oom_kill") + 1])

    def memory_hog(self, size: int) -> "subprocess.Popen[bytes]":
        """A process that allocates *size* bytes more than the group uses now, and keeps them for a minute.

        The others are killed before it: one that gives up some of its memory in time does not get away.
        """
        return _memory_hog(self.folder, KILLED_LAST, self._used() + size, 60)

    def _used(self) -> int:
        """Bytes in use, without what the kernel would give up."""
        return int((self.folder / self._files.used).read_text()) - self._reclaimable()

    @property
    def _files(self) -> _Files:
        return _FILES[self.version]

    def _write(self, name: str, value: str) -> None:
        try:
            (self.folder / name).write_text(value)
        except OSError as error:
            raise BrokenHarnessError(f"{self.folder / name} cannot be set to {value}: {error.strerror}") from None


def make_memory_group(name: str) -> MemoryGroup | None:
    """A new group, or None where none can be created: without root, and in most containers. See `remove_memory_group`."""
    for version, parent in ((1, _group_folder(os.getpid(), V1, ":memory:")), (2, V2)):
        group = MemoryGroup(parent / name, version)
        with suppress(OSError):
            group.folder.mkdir()
            if os.access(group.folder / _FILES[version].limit, os.W_OK):
                return group
            group.folder.rmdir()
    return None


def remove_memory_group(folder: Path) -> None:
    """Does nothing if the group no longer exists, or if a process still runs in it."""
    with suppress(OSError):
        folder.rmdir()


def killed_anywhere() -> int:
    """Number of processes on this machine that the kernel has killed for lack of memory since it was started."""
    words = Path("/proc/vmstat").read_text().split()
    return int(words[words.index("oom_kill") + 1])


def is_short_of_memory(pid: int, size: int) -> bool:
    """Whether *size* more bytes cannot be allocated where the process *pid* runs.

    The limit of its address space is read. Its group is tried: a process allocates as much there, and is the first one that the
    kernel kills if that fails.
    """
    limit = _own_limit(pid)
    if limit is not None and limit - psutil.Process(pid).memory_info().vms < size:
        return True
    group = group_of(pid)
    return group is not None and _memory_hog(group.folder, 1000, size, 0).wait(WITHIN_S) < 0


def _own_limit(pid: int) -> int | None:
    """The limit of the address space of *pid* in bytes, or None. Read from /proc, as prlimit needs more privileges."""
    lines = Path(f"/proc/{pid}/limits").read_text().splitlines()
    soft = next(line.split()[3] for line in lines if line.startswith("Max address space"))
    return None if soft == "unlimited" else int(soft)


def limit_address_space(pid: int, size: int | None) -> None:
    """Limit the address space of the process *pid* to *size* bytes more than it uses now; None removes the limit."""
    process = psutil.Process(pid)
    _, highest = process.rlimit(resource.RLIMIT_AS)
    process.rlimit(resource.RLIMIT_AS, (highest if size is None else process.memory_info().vms + size, highest))


def _memory_hog(group: Path, oom_score: int, size: int, seconds: int) -> "subprocess.Popen[bytes]":
    words = [str(group), str(oom_score), str(size // MEGABYTE), str(seconds)]
    return subprocess.Popen(dying_with_parent([sys.executable, "-ISc", MEMORY_HOG, *words]), stderr=subprocess.DEVNULL)


def group_of(pid: int) -> MemoryGroup | None:
    """The group that accounts for the memory of *pid*; None where we have no write access to it."""
    v1 = ":memory:" in Path(f"/proc/{pid}/cgroup").read_text()
    group = MemoryGroup(_group_folder(pid, V1, ":memory:"), 1) if v1 else MemoryGroup(_group_folder(pid, V2, "::"), 2)
    return group if os.access(group.folder / "cgroup.procs", os.W_OK) else None


def _group_folder(pid: int, mount: Path, mark: str) -> Path:
    lines = Path(f"/proc/{pid}/cgroup").read_text().splitlines()
    return mount / next((line.partition(mark)[2].lstrip("/") for line in lines if mark in line), "")
