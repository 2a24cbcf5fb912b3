"""Where a run keeps what it has started, so that the next one can tell and clear what a killed run left."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from support.core.errors import UsageError
from support.environments.memory_limits import MemoryGroup, make_memory_group, remove_memory_group
from support.environments.mounts import unmount_below

GROUP = "memory-group"


class RunDirectory:
    """A folder of this run alone, locked while the run lives; `processes` in it lists every child as `pid creation-time name`."""

    def __init__(self) -> None:
        with _alone() as home:  # else a sweep could take the folder before it is locked
            self.path = Path(tempfile.mkdtemp(prefix="run-", dir=home))
            self.path.chmod(0o711)  # the user postgres passes through
            self._lock = (self.path / "lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._processes = (self.path / "processes").open("a")

    def remember(self, pid: int, name: str) -> None:
        self._processes.write(f"{pid} {psutil.Process(pid).create_time()} {name}\n")
        self._processes.flush()

    def memory_group(self) -> MemoryGroup | None:
        """A control group of this run alone; None where none can be made."""
        group = make_memory_group(f"holdfast-{self.path.name}")
        if group:
            (self.path / GROUP).write_text(str(group.folder))
        return group

    def remove(self) -> None:
        self._processes.close()
        _remove_group(self.path)
        unmount_below(self.path)
        shutil.rmtree(self.path, ignore_errors=True)
        self._lock.close()


def sweep() -> list[str]:
    """End and remove what killed runs left behind; one sentence for each. Runs that are alive hold their lock and are let be."""
    told = []
    with _alone() as home:
        for folder in sorted(home.glob("run-*")):
            with (folder / "lock").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                ended = _end_processes(folder / "processes")
                _remove_group(folder)
                unmount_below(folder)
                shutil.rmtree(folder, ignore_errors=True)
            still = f", and ended {', '.join(ended)}" if ended else ""
            told.append(f"an earlier run was killed: cleared its folder {folder.name}{still}")
    return told


def _end_processes(listing: Path) -> list[str]:
    ended = []
    for line in listing.read_text().splitlines() if listing.exists() else []:
        pid, created, name = line.split(" ", 2)
        try:
            process = psutil.Process(int(pid))
            if process.create_time() == float(created):  # a pid alone may have been given to somebody else since
                process.kill()
                ended.append(name)
        except psutil.NoSuchProcess:
            continue
    return ended


def _remove_group(folder: Path) -> None:
    if (folder / GROUP).exists():
        remove_memory_group(Path((folder / GROUP).read_text()))


@contextmanager
def _alone() -> Iterator[Path]:
    """The folder that holds all runs of this user, locked against other runs for a moment."""
    home = Path(tempfile.gettempdir()) / f"holdfast-{os.getuid()}"
    home.mkdir(mode=0o711, exist_ok=True)
    if home.stat().st_uid != os.getuid():
        raise UsageError(f"{home} belongs to somebody else; set TMPDIR to a folder of your own")
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield home
