"""The journal of a run: one JSON object a line, written as things happen, so that a killed run leaves all it knew."""

import json
import threading
import time
from pathlib import Path
from typing import Any

from support.core.errors import BrokenHarnessError

# {"at": unix seconds, "steady": seconds of the monotonic clock, "event": name, "run": id, "worker": name, ...}
Event = dict[str, Any]


class DamagedJournalError(BrokenHarnessError):
    """Lines of a journal cannot be read; *events* are all others."""

    def __init__(self, trouble: str, events: list[Event]) -> None:
        super().__init__(trouble)
        self.events = events


class Journal:
    """Appends events to *path*. Safe to use from several threads, and from several processes on the same file.

    Each line is with the kernel before `write` returns. *worker* names the one of several processes that writes.
    """

    def __init__(self, path: Path, run: str, worker: str | None = None) -> None:
        self.path = path
        self.run = run
        self._who = {"worker": worker} if worker else {}
        self.events: list[Event] = []  # of this process, for whoever tells the story while it happens
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)

    def write(self, event: str, **fields: object) -> None:
        now = {"at": time.time(), "steady": time.monotonic()}
        entry: Event = {**now, "event": event, "run": self.run, **self._who, **fields}
        line = json.dumps(entry, ensure_ascii=False, default=str).encode() + b"\n"
        with self._lock:
            self._file.write(line)
            self.events.append(json.loads(line))  # as a reader will see it

    def close(self) -> None:
        self._file.close()


def read_journal(path: Path) -> list[Event]:
    """All events in *path*; none if there is no such file. A torn last line is left out: its writer was killed.

    Raises `DamagedJournalError` if any other line is not an event.
    """
    if not path.exists():
        return []
    *lines, last = path.read_bytes().split(b"\n")
    events: list[Event] = []
    damaged: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            events.append({"event": entry["event"], **entry})
        except (ValueError, KeyError, TypeError):
            damaged.append(f"line {number} of {path} is not an event of the journal")
    del last  # what stands behind the last line break: nothing, or a line that was never finished
    if damaged:
        raise DamagedJournalError("; ".join(damaged), events)
    return events
