"""The audit trail: who changed what, and what became of every failed attempt (contract.md, Audit)."""

import asyncio
import os
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import structlog

from support.systems.assistant.app.audit_chain import Link, end_of, follow, make_line
from support.systems.assistant.app.events import AttemptEnded, BreakerMoved, Event, RequestEnded

FILE = "audit.jsonl"
SERVICE = "service"
LAST_BYTES = 1_000_000  # read first; doubled until they hold a whole line
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Trail:
    """*entries* are those asked for, newest last; *broken_at* is the number of the first line that was tampered with."""

    entries: list[dict[str, Any]]
    intact: bool
    broken_at: int | None


class Audit:
    """Appends lines to the trail in *folder*. All writing happens on one thread, the event loop's.

    A line is handed to the kernel at once, so that it outlives the process; only `record_durably` waits for the disk.
    The file is opened anew for each line: a trail that was moved away or replaced does not swallow what follows.
    """

    def __init__(self, folder: Path) -> None:
        """Drop a torn last line, and tell it. Raises `OSError` if the trail cannot be written."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / FILE
        self._path.touch()
        _sync(folder)
        kept, dropped = _last_line(self._path)
        self._end = kept
        self._closed = False
        if dropped:
            os.truncate(self._path, self._path.stat().st_size - dropped)
            self.record("repaired", SERVICE, dropped_bytes=dropped)

    def record(self, kind: str, who: str, **facts: object) -> None:
        """Append a line. Raises `OSError`; the trail is then as before."""
        if self._closed:
            raise OSError("the trail is closed")
        line, end = make_line(self._end, round(time.time(), 6), kind, who, facts)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if os.write(descriptor, line + b"\n") <= len(line):
                os.ftruncate(descriptor, size)
                raise OSError("the disk is full")
        finally:
            os.close(descriptor)
        self._end = end

    async def record_durably(self, kind: str, who: str, **facts: object) -> None:
        """Append a line, and return when it is on the disk. Raises `OSError`."""
        self.record(kind, who, **facts)
        await asyncio.to_thread(self.sync)

    def close(self) -> None:
        """Write nothing more: after a reload others continue the trail, and a late line of this one would break it."""
        self._closed = True

    def sync(self) -> None:
        """Wait until all lines are on the disk. Raises `OSError`."""
        _sync(self._path)

    def __call__(self, event: Event) -> None:
        """Record failed attempts, requests that had a failure, and moves of breakers. Never raises."""
        with suppress(OSError):
            self._observe(event)
            return
        log.error("audit.not_written", kind=type(event).__name__)

    def _observe(self, event: Event) -> None:
        match event:
            case AttemptEnded(error=error) if error is not None:
                self.record(
                    "attempt",
                    event.work.user,
                    request_id=event.work.request_id,
                    operation=event.work.operation,
                    attempt=event.attempt,
                    error=error,
                    status=event.status,
                    decision=event.decision,
                    wait_s=round(event.wait_s, 6),
                )
            case RequestEnded() if event.errors:
                self.record(
                    "request",
                    event.work.user,
                    request_id=event.work.request_id,
                    operation=event.work.operation,
                    source=event.source or "rejected",
                    attempts=event.attempts,
                    errors=event.errors,
                )
            case BreakerMoved():
                moved = {"from": event.before, "to": event.after, "cause": event.cause}
                self.record("breaker", event.who or SERVICE, operation=event.operation, **moved)
            case _:
                pass

    async def read(self, kind: str = "", request_id: str = "", limit: int = 100) -> Trail:
        """The last *limit* entries that match, and whether the whole trail is as it was written."""
        size = self._path.stat().st_size if self._path.exists() else 0
        return await asyncio.to_thread(self._read, kind, request_id, limit, self._end, size)

    def _read(self, kind: str, request_id: str, limit: int, last: Link, size: int) -> Trail:
        """*last* and *size* belong together: lines that are written in the meantime are not looked at."""
        wanted, broken, end, number = deque[dict[str, Any]](maxlen=limit), None, Link(), 0
        for number, line in enumerate(_lines(self._path, size), 1):
            following = follow(line, end) if broken is None else None
            if following:
                end = following
            elif broken is None:
                broken = number
            entry = _wanted(line, kind, request_id)
            if entry is not None:
                wanted.append(entry)
        if broken is None and end != last:
            broken = number + 1
        return Trail(list(wanted), broken is None, broken)


def _wanted(line: bytes, kind: str, request_id: str) -> dict[str, Any] | None:
    if (kind and kind.encode() not in line) or (request_id and request_id.encode() not in line):
        return None
    try:
        entry = msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    matches = (not kind or entry.get("kind") == kind) and (not request_id or entry.get("request_id") == request_id)
    return entry if matches else None


def _lines(path: Path, size: int) -> Iterator[bytes]:
    """Those in the first *size* bytes."""
    if not size:
        return
    with path.open("rb") as trail:
        for line in trail:
            if size <= 0:
                return
            yield line[: min(len(line), size)].removesuffix(b"\n")
            size -= len(line)


def _last_line(path: Path) -> tuple[Link, int]:
    """The end of the trail by its last whole line, and how many bytes after that belong to a torn one."""
    size = path.stat().st_size
    read = LAST_BYTES
    with path.open("rb") as trail:
        while True:
            trail.seek(max(0, size - read))
            whole, _, torn = trail.read().rpartition(b"\n")
            if b"\n" in whole or read >= size:
                break
            read *= 2
    last = whole.rpartition(b"\n")[2]
    return end_of(last) if last else Link(), len(torn)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
