"""Fills the disk that holds a file. A small file system is mounted there first, so the machine's own disk keeps its space."""

import errno
from pathlib import Path

from support.core.target import Target
from support.environments.mounts import mount_small, unmount
from support.faults.model import Fault

FILLER = ".filler"
PIECE = 4096
LEFT = 2 * PIECE  # bytes: enough to begin to write the file anew, too few to finish


class DiskInjector:
    """Fills the file system of the file at *path*; only files in its folder are affected."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mounted = False

    def inject(self, _target: Target, _fault: Fault) -> None:
        kept = self._path.read_bytes()
        mount_small(self._path.parent)
        self._mounted = True
        self._path.write_bytes(kept)
        with (self._path.parent / FILLER).open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(PIECE))
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
            filler.truncate(filler.tell() - LEFT)

    def recover(self, _target: Target, _fault: Fault) -> None:
        """Unmount the full disk. The file keeps the content that it had on it."""
        if self._mounted:
            kept = self._path.read_bytes() if self._path.exists() else b""
            unmount(self._path.parent)
            self._mounted = False
            self._path.write_bytes(kept)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
