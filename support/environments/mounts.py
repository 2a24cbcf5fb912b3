"""Small file systems of our own, in folders of the run: what can fill up without harm to the machine."""

import os
import stat
import subprocess
from pathlib import Path

from support.core.errors import BrokenHarnessError, UsageError
from support.environments.programs import find_program

SIZE = "256k"
WITHIN_S = 5


def mount_small(folder: Path) -> None:
    """Lay an empty file system of 256 KB over *folder*. Raises `BrokenHarnessError` where this machine refuses."""
    mode = stat.S_IMODE(folder.stat().st_mode)
    _run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode={mode:o}", "tmpfs", str(folder))


def share(folder: Path) -> bool:
    """Have what is mounted in *folder* from now on seen in containers, too; whether this machine lets us."""
    try:
        _run("mount", "--bind", str(folder), str(folder))
        _run("mount", "--make-shared", str(folder))
    except BrokenHarnessError:
        return False
    return True


def unmount(folder: Path) -> None:
    """Take it away, also from under whoever still has a file open there."""
    _run("umount", "--lazy", str(folder))


def unmount_below(folder: Path) -> None:
    """Take away whatever a killed run has mounted somewhere in *folder*."""
    mounted = [Path(line.split()[1]) for line in Path("/proc/self/mounts").read_text().splitlines()]
    for place in reversed(mounted):
        if place.is_relative_to(folder):
            unmount(place)


def why_no_mounts(folder: Path) -> str:
    """Why nothing can be mounted here; empty when it can be. *folder* is tried and left as it was."""
    if os.geteuid() != 0:
        return "a small file system can be mounted by root only"
    try:
        mount_small(folder)
        unmount(folder)
    except (BrokenHarnessError, UsageError) as refusal:
        return str(refusal)
    return ""


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run(
        [find_program(program), *arguments], capture_output=True, text=True, timeout=WITHIN_S, check=False
    )
    if done.returncode:
        raise BrokenHarnessError(f"{program} failed: {done.stderr.strip()}")
