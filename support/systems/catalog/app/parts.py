"""The status of each dependency (a part, on the status page): up or not, since when, and why."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

import msgspec

from support.systems.catalog.app.model import now


class Status(StrEnum):
    UP = "up"
    DOWN = "down"
    READ_ONLY = "read_only"
    COOLING_DOWN = "cooling_down"
    UNAUTHORISED = "unauthorised"
    UNKNOWN = "unknown"


class Part(msgspec.Struct, frozen=True):
    """*since*: when the status last changed. *reason* is for operators."""

    status: Status
    since: datetime
    reason: str | None = None


class Parts:
    """The last known status of each part."""

    def __init__(self) -> None:
        start = now()
        self._parts = {name: Part(Status.UNKNOWN, start) for name in ("provider", "cache", "database", "backup")}

    def record(self, name: str, status: Status, reason: str | None = None) -> None:
        before = self._parts[name]
        since = before.since if before.status is status else now()
        self._parts[name] = Part(status, since, reason)

    def all(self) -> Mapping[str, Part]:
        return dict(self._parts)
