"""The report of a refresh, in the shape of the sync endpoint."""

from datetime import datetime
from enum import StrEnum

import msgspec

from support.systems.catalog.app.errors import ErrorKind
from support.systems.catalog.app.model import SetAside, Source

LISTED = 100


class RefreshStatus(StrEnum):
    COMPLETED = "completed"
    PARTIAL = "partial"
    FALLBACK = "fallback"
    FAILED = "failed"
    ALREADY_RUNNING = "already_running"
    COOLING_DOWN = "cooling_down"


class Failure(msgspec.Struct, frozen=True):
    kind: ErrorKind
    message: str


class Report(msgspec.Struct, frozen=True):
    """*source*, *catalog_version* and *bundles* describe the catalog that is served afterwards; *groups* are the requested ones."""

    status: RefreshStatus
    source: Source | None
    catalog_version: int | None
    bundles: int
    groups: dict[str, str]
    set_aside: list[SetAside]
    set_aside_count: int
    started_at: datetime
    finished_at: datetime
    duration_seconds: float
    error: Failure | None
