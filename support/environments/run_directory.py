"""The folder of a run, with a list of its processes, so that the next run can clean up after a run that was killed."""

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import psutil

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.memory_limits import MemoryGroup, make_memory_group, remove_memory_group
from support.environments.mounts import unmount_below

GROUP = "memory-group"


class RunDirectory:
    """The folder of one run, locked while the run is alive; its file `processes` lists each child as `pid creation-time name`."""

    def __init__(self) -> None:
        with _locked_home() as home:  # otherwise a sweep could remove the folder before it is locked
            self.path = Path(tempfile.mkdtemp(prefix="run-", dir=home))
            self.path.chmod(0o711)  # the user postgres needs access to folders inside
            self._lock = (self.path / "lock").open("w")
            fcntl.flock(self._lock, fcntl.LOCK_EX)
        self._processes = (self.path / "processes").open("a")

    def remember(self, pid: int, name: str) -> None:
        self._processes.write(f"{pid} {psutil.Process(pid).create_time()} {name}\n")
        self._processes.flush()

    def memory_group(self) -> MemoryGroup | None:
        """A control group for this run; None where none can be created."""
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


@contextmanager
def folder_for_nested_run() -> Iterator[Path]:
    """A folder for a run within this run, and for what it takes for its TMPDIR. If this run is killed, a sweep removes it too."""
    directory = RunDirectory()
    try:
        yield directory.path
    finally:
        directory.remove()


def sweep() -> list[str]:
    """Clean up after killed runs; one message per run. Runs that are alive hold their lock and are left alone."""
    messages = []
    with _locked_home() as home:
        for folder in sorted(home.glob("run-*")):
            with (folder / "lock").open("a") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue
                names = _clear(folder)
            killed = f", and killed {', '.join(names)}" if names else ""
            messages.append(f"an earlier run was killed: removed its folder {folder.name}{killed}")
    return messages


def _clear(folder: Path) -> list[str]:
    """Remove what a killed run and the runs within it have left; return the names of the processes that were killed."""
    names = [name for nested in folder.glob(f"{_home_name()}/run-*") for name in _clear(nested)]
    names += _kill_processes(folder / "processes")
    _remove_group(folder)
    unmount_below(folder)
    shutil.rmtree(folder, ignore_errors=True)
    return names


def _kill_processes(listing: Path) -> list[str]:
    killed = []
    for line in listing.read_text().splitlines() if listing.exists() else []:
        pid, created, name = line.split(" ", 2)
        try:
            process = psutil.Process(int(pid))
            if process.create_time() == float(created):  # the pid may belong to another process by now
                process.kill()
                killed.append(name)
        except psutil.NoSuchProcess:
            continue
    return killed


def _remove_group(folder: Path) -> None:
    if (folder / GROUP).exists():
        remove_memory_group(Path((folder / GROUP).read_text()))


def _home_name() -> str:
    return f"holdfast-{os.getuid()}"


@contextmanager
def _locked_home() -> Iterator[Path]:
    """The folder with all runs of this user, locked against other runs during the block."""
    with _opened_home() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield Path(lock.name).parent


def _opened_home() -> IO[str]:
    """Its lock. Raises `UsageError` where nothing may be written, and `BrokenHarnessError` where there is no room."""
    try:
        home = Path(tempfile.gettempdir()) / _home_name()
        home.mkdir(mode=0o711, exist_ok=True)
        if home.stat().st_uid != os.getuid():
            raise UsageError(f"{home} belongs to another user; set TMPDIR to your own folder")
        return (home / "lock").open("w")
    except OSError as trouble:
        where = trouble.filename or "a temporary folder"
        if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO):
            raise BrokenHarnessError(
                f"the run cannot write to {where} ({trouble.strerror}); free some space there"
            ) from None
        raise UsageError(
            f"the run cannot write to {where} ({trouble.strerror}); set TMPDIR to a folder where you may, with space left"
        ) from None
