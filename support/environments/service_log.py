"""The service's log since the start of the scenario: one JSON object per line; other lines are kept as text."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


class ServiceLog:
    def __init__(self, path: Path, settle: Callable[[], None]) -> None:
        """*settle* returns once everything written so far is in the file at *path*."""
        settle()
        self.began = time.time()
        self._settle = settle
        self._path = path
        self._from = path.stat().st_size if path.exists() else 0

    def text(self) -> str:
        self._settle()
        with self._path.open("rb") as log:
            log.seek(self._from)
            return log.read().decode(errors="replace")

    def records(self, level: str | None = None) -> list[dict[str, Any]]:
        """The structured records, all or those of one *level*."""
        found = [_record(line) for line in self.text().splitlines()]
        return [record for record in found if level is None or record.get("level") == level]


def _record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError:
        return {"event": line}
    return record if isinstance(record, dict) else {"event": line}
