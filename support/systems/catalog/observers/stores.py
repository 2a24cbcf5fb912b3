"""The contents of the catalog's stores, read directly: not through the service or the fault proxy."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from redis import Redis, ResponseError

from support.core.errors import NotApplicableError
from support.systems.catalog.data.catalog_seed import SAVED_COPY_KEY
from support.systems.catalog.observers.database_session import DatabaseSession

LOCK_KEY = "catalog:lock"
PAUSE_KEY = "catalog:cooldown"
OWN_KEYS = "catalog:*"
THERE = "SELECT to_regclass('catalog_current') IS NOT NULL"
VERSIONS = (
    "SELECT version.id, bundle.description, bundle.price FROM catalog_versions version"
    " LEFT JOIN catalog_bundles bundle ON bundle.version_id = version.id ORDER BY version.id"
)
HIGHEST = "SELECT max(highest) FROM catalog_fence"
CURRENT = "SELECT bundle.description, bundle.price FROM catalog_current JOIN catalog_bundles bundle USING (version_id)"
# open transactions that have written to a table, however they do it; a lost connection leaves none behind. A claim of the
# fence is a transaction of its own, before the provider is called.
STORING = (
    "SELECT count(*) FROM pg_locks held JOIN pg_class written ON written.oid = held.relation"
    " WHERE held.mode = 'RowExclusiveLock' AND held.granted AND held.pid <> pg_backend_pid()"
    " AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND written.relkind IN ('r', 'p') AND written.relname <> 'catalog_fence'"
    " AND written.relnamespace <> 'pg_catalog'::regnamespace"
)
COPIED = "SELECT max(tuples_processed) FROM pg_stat_progress_copy WHERE datname = current_database()"
EMPTY = """
DO $$ BEGIN
    IF to_regclass('catalog_current') IS NOT NULL THEN
        DELETE FROM catalog_current; DELETE FROM catalog_versions;  -- its bundles go with it
    END IF;
    IF to_regclass('catalog_fence') IS NOT NULL THEN
        DELETE FROM catalog_fence;
    END IF;
END $$
"""


@dataclass(frozen=True, slots=True)
class StoreContents:
    """The number of bundles in a store, and their prices."""

    bundles: int
    prices: frozenset[Decimal]

    def __str__(self) -> str:
        return f"{self.bundles} bundles at {', '.join(map(str, sorted(self.prices))) or 'no price'}"


class Stores:
    """Reads each store as prices by description (empty if nothing is stored) or as `StoreContents`."""

    def __init__(self, saved_copy: Redis, database: DatabaseSession, backup: Path, *, shared: bool = False) -> None:
        self._shared = shared
        self._saved_copy = saved_copy
        self._database = database
        self._backup = backup

    def saved_copy(self) -> Mapping[str, Decimal]:
        return _prices(self.saved_copy_bytes())

    def saved_copy_bytes(self) -> bytes:
        """The raw saved copy; empty if there is none or its Redis type is not string."""
        try:
            stored: Any = self._saved_copy.get(SAVED_COPY_KEY)
        except ResponseError:  # a list, a set, ...
            return b""
        return bytes(stored or b"")

    def saved_copy_kind(self) -> str | None:
        """The Redis type of the saved copy's key, "string" for a saved copy; None if the key does not exist."""
        kind: Any = self._saved_copy.type(SAVED_COPY_KEY)
        return None if kind == b"none" else str(kind.decode())

    def life_of_saved_copy(self) -> timedelta | None:
        """The time after which Redis deletes the saved copy; None if it never does, or if there is none."""
        return self._life(SAVED_COPY_KEY)

    def life_of_pause(self) -> timedelta | None:
        """The time for which no service may call the provider any more; None if there is no such pause, or no end of it."""
        return self._life(PAUSE_KEY)

    def _life(self, key: str) -> timedelta | None:
        left_ms: Any = self._saved_copy.pttl(key)
        return timedelta(milliseconds=int(left_ms)) if left_ms >= 0 else None

    def backup(self) -> Mapping[str, Decimal]:
        return _prices(self.backup_bytes())

    def backup_bytes(self) -> bytes:
        """The raw backup; empty if there is none."""
        return self._backup.read_bytes() if self._backup.exists() else b""

    def backup_contents(self) -> StoreContents:
        """Empty also while the file is being overwritten and is incomplete."""
        try:
            return contents_of(self.backup_bytes() or b'{"bundles": []}')
        except ValueError:
            return _contents([])

    def database(self) -> Mapping[str, Decimal]:
        return dict(self._published())

    def saved_copy_contents(self) -> StoreContents:
        return contents_of(self.saved_copy_bytes() or b'{"bundles": []}')

    def database_contents(self) -> StoreContents:
        return _contents(price for _, price in self._published())

    def is_storing(self) -> bool:
        """Whether the database is storing a new version: a transaction that has written to a table is open."""
        return bool(self._database.value(STORING))

    def bundles_copied(self) -> int | None:
        """The number of bundles already copied of the version that is being stored; None while no COPY runs."""
        copied: int | None = self._database.value(COPIED)
        return copied

    def _published(self) -> list[tuple[Any, ...]]:
        """Description and price of each bundle of the current version."""
        return self._database.rows(CURRENT) if self._database.value(THERE) else []

    def lock_holder(self) -> str | None:
        """The fence of the refresh lock's holder; None while the lock is free."""
        held: Any = self._saved_copy.get(LOCK_KEY)
        return held.decode() if held else None

    def versions(self) -> list[Mapping[str, Decimal]]:
        """Each version in the database as prices by description, the oldest first."""
        found: dict[int, dict[str, Decimal]] = {}
        for version, description, price in self._database.rows(VERSIONS):
            found.setdefault(version, {})[description] = price
        return list(found.values())

    def numbers(self) -> tuple[int, int]:
        """The number (the fence) under which the saved copy was written, and the last that the database has seen; 0 for none."""
        stored = json.loads(self.saved_copy_bytes() or b"{}")
        claimed: int | None = self._database.value(HIGHEST) if self._database.value(THERE) else None
        return int(stored.get("fence", 0)), claimed or 0

    def reads_of_saved_copy(self) -> int:
        """The number of reads (GET) from Redis since it was cleared."""
        if self._shared:
            raise NotApplicableError("other clients use the same Redis, so reads cannot be attributed to the catalog")
        counted: Any = self._saved_copy.info("commandstats")
        return int(counted.get("cmdstat_get", {}).get("calls", 0))

    def clear(self) -> None:
        """Empty all stores for the next scenario; shared stores lose only the catalog's own data."""
        if self._shared:
            for key in self._saved_copy.scan_iter(OWN_KEYS):
                self._saved_copy.delete(key)
        else:
            self._saved_copy.flushall()
            self._saved_copy.config_resetstat()
        self._backup.unlink(missing_ok=True)
        self._database.rows(EMPTY)


def contents_of(stored: bytes) -> StoreContents:
    """The contents of a saved copy or backup. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
    return _contents(Decimal(offer["price"]) for offer in json.loads(stored)["bundles"])


def _contents(prices: Iterable[Decimal]) -> StoreContents:
    found = list(prices)
    return StoreContents(len(found), frozenset(found))


def _prices(stored: bytes) -> dict[str, Decimal]:
    try:
        return {offer["description"]: Decimal(offer["price"]) for offer in json.loads(stored)["bundles"]}
    except (ValueError, KeyError, TypeError):
        return {}  # empty or damaged
