"""The journal of a run: one JSON object per line, written at once, so that it is complete even if the run is killed."""

import json
import threading
import time
from pathlib import Path
from typing import Any

from support.core.errors import BrokenHarnessError
from support.core.secrets import masked

# {"at": unix seconds, "steady": seconds of the monotonic clock, "event": name, "run": id, "worker": name, ...}
Event = dict[str, Any]


class DamagedJournalError(BrokenHarnessError):
    """Some lines of a journal cannot be read; *events* holds all the others."""

    def __init__(self, message: str, events: list[Event]) -> None:
        super().__init__(message)
        self.events = events


class Journal:
    """Appends events to *path*. Several threads may share it, and several processes may append to the same file.

    The kernel has each line before `write` returns. *worker* names this process if it is one of several.
    """

    def __init__(self, path: Path, run: str, worker: str | None = None) -> None:
        self.path = path
        self.run = run
        self._writer = {"worker": worker} if worker else {}
        self.events: list[Event] = []  # those of this process only
        self._lock = threading.Lock()
        self._file = path.open("ab", buffering=0)

    def write(self, event: str, **fields: object) -> None:
        now = {"at": time.time(), "steady": time.monotonic()}
        entry: Event = {**now, "event": event, "run": self.run, **self._writer, **fields}
        line = masked(json.dumps(entry, ensure_ascii=False, default=str)).encode() + b"\n"
        with self._lock:
            left = memoryview(line)
            while left:  # a file system that fills up takes a part, and raises only when it is asked again
                left = left[self._file.write(left) :]
            self.events.append(json.loads(line))  # the same values as a reader of the file gets

    def close(self) -> None:
        self._file.close()


def read_journal(path: Path) -> list[Event]:
    """Return all events in *path*; none if there is no such file. Ignores an incomplete last line: its writer was killed.

    Raises `DamagedJournalError` if any other line is not an event.
    """
    if not path.exists():
        return []
    lines = path.read_bytes().split(b"\n")[:-1]  # after the last line break comes nothing, or an incomplete line
    events: list[Event] = []
    damaged: list[str] = []
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            events.append({"event": entry["event"], **entry})
        except (ValueError, KeyError, TypeError):
            damaged.append(f"line {number} of {path} is not an event of the journal")
    if damaged:
        raise DamagedJournalError("; ".join(damaged), events)
    return events
