"""A file, and the disk on which it lies."""

import errno
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from support.probes.reading import Reading, Symptom

NOTHING = "holds nothing"
ROOM = 64 * 1024  # what a new file may need, in bytes


def content(path: Path, read: Callable[[bytes], str]) -> Reading:
    """Whether the file is there; *read* gives the gist of what it holds."""
    try:
        held = path.read_bytes()
    except IsADirectoryError:
        return Reading(Symptom.REFUSED, 0.0, "is a folder")
    except OSError:
        return Reading(Symptom.REFUSED, 0.0, NOTHING)
    return Reading(Symptom.ANSWERS, 0.0, read(held), received=len(held))


def room_beside(path: Path) -> Reading:
    """Whether a new file has room beside the one at *path*."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".probe-", buffering=0) as probe:
        try:
            os.posix_fallocate(probe.fileno(), 0, ROOM)
        except OSError as refusal:
            return Reading(Symptom.ANSWERS, 0.0, "has no room" if refusal.errno == errno.ENOSPC else str(refusal))
    return Reading(Symptom.ANSWERS, 0.0)
