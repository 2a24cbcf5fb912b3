"""The memory that this process can still allocate, so that a refresh that does not fit is given up before the OOM killer acts."""

import ctypes
import gc
import os
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from support.systems.catalog.app.errors import ErrorKind, RefreshError

MEGABYTE = 1024 * 1024
RESERVE = 8 * MEGABYTE  # kept free for answering shoppers
TO_PUBLISH = 1000  # bytes per bundle: its JSON as stored and as sent, and its index entry
_GROUPS = (
    (
        Path("/sys/fs/cgroup/memory"),
        ":memory:",
        "memory.limit_in_bytes",
        "memory.usage_in_bytes",
        "total_inactive_file",
    ),
    (Path("/sys/fs/cgroup"), "0::", "memory.max", "memory.current", "inactive_file"),
)
_STATUS = Path("/proc/self/statm")
_libc = ctypes.CDLL(None)


def require(size: int) -> None:
    """Raises `RefreshError` (memory) when *size* bytes cannot be allocated without using the reserve."""
    wanted = size + RESERVE
    if _available_bytes() < wanted:
        gc.collect()
        with suppress(AttributeError):  # not every C library has it
            _libc.malloc_trim(0)
        if (room := _available_bytes()) < wanted:
            message = f"{wanted // MEGABYTE} MB of memory are needed, {int(room) // MEGABYTE} MB can be had"
            raise RefreshError(ErrorKind.MEMORY, message)


def _available_bytes() -> float:
    """Bytes that can still be allocated under the tightest limit; infinite without a limit."""
    return min((*_available_in_control_groups(), _available_in_address_space()))


def _available_in_address_space() -> float:
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return float("inf")
    return limit - int(_STATUS.read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def _available_in_control_groups() -> Iterator[float]:
    """For each control group of this process, up to the outermost visible one."""
    own = Path("/proc/self/cgroup").read_text().splitlines() if Path("/proc/self/cgroup").exists() else []
    for mount, mark, limit, usage, reclaimable in _GROUPS:
        path = next((line.partition(mark)[2].lstrip("/") for line in own if mark in line), "")
        folder = (
            mount / path if (mount / path / limit).exists() else mount
        )  # a container may see its own group as the root
        while folder.is_relative_to(mount):
            with suppress(OSError, ValueError, KeyError):  # no such file, or the value "max"
                stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
                used = int((folder / usage).read_text()) - int(stat[reclaimable])
                yield int((folder / limit).read_text()) - used
            folder = folder.parent
