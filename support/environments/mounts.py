"""Small file systems in folders of the run, which can fill up without harm to the machine."""

import os
import re
import stat
import subprocess
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.programs import find_program

SIZE = "256k"
WITHIN_S = 5
_ESCAPED = re.compile(r"\\([0-7]{3})")  # a blank and its like in the kernel's list


def mount_small(folder: Path) -> None:
    """Mount an empty file system of 256 KB on *folder*. Raises `BrokenHarnessError` if that fails."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode={mode:o}", "tmpfs", str(folder))


def share(folder: Path) -> bool:
    """Make later mounts in *folder* visible in containers; returns whether this machine allows it."""
    try:
        _run("mount", "--bind", str(folder), str(folder))
        _run("mount", "--make-shared", str(folder))
    except BrokenHarnessError:
        return False
    return True


def unmount(folder: Path) -> None:
    """Unmount it, even if a process still has a file open there."""
    _run("umount", "--lazy", str(folder))


def unmount_below(folder: Path) -> None:
    """Unmount everything that a killed run has mounted below *folder*."""
    lines = Path("/proc/self/mounts").read_bytes().decode(errors="surrogateescape").splitlines()
    mounted = [Path(_ESCAPED.sub(lambda found: chr(int(found[1], 8)), line.split()[1])) for line in lines]
    for place in reversed(mounted):
        if place.is_relative_to(folder):
            unmount(place)


def why_no_mounts(folder: Path) -> str:
    """Why nothing can be mounted here; empty if it can. Tried on *folder*, which is left unchanged."""
    if os.geteuid() != 0:
        return "a small file system can be mounted only by root"
    try:
        mount_small(folder)
        unmount(folder)
    except (BrokenHarnessError, UsageError) as error:
        return str(error)
    return ""


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [find_program(program), *arguments], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    if done.returncode:
        raise BrokenHarnessError(f"{program} failed: {done.stderr.strip()}")
