"""Fills the disk on which the backup lies: a real file system that is too small, not the machine's own."""

import errno
from pathlib import Path

from support.core.target import Target
from support.environments.mounts import mount_small, unmount
from support.faults.model import Fault

FILLER = ".filler"
PIECE = 4096
LEFT = 2 * PIECE  # enough to begin a new backup, and too little to end it


class DiskInjector:
    def __init__(self, backup: Path) -> None:
        self._backup = backup
        self._mounted = False

    def inject(self, _target: Target, _fault: Fault) -> None:
        kept = self._backup.read_bytes()
        mount_small(self._backup.parent)
        self._mounted = True
        self._backup.write_bytes(kept)
        with (self._backup.parent / FILLER).open("wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(PIECE))
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise
            filler.truncate(filler.tell() - LEFT)

    def recover(self, _target: Target, _fault: Fault) -> None:
        """Give the disk its room back; the backup is what it was while the disk was full."""
        if self._mounted:
            kept = self._backup.read_bytes() if self._backup.exists() else b""
            unmount(self._backup.parent)
            self._mounted = False
            self._backup.write_bytes(kept)

    def use(self, _target: Target, _fault: Fault) -> None:
        return None
