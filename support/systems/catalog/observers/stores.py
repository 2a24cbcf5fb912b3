"""What the catalog's stores hold, read past the service and past the fault proxy."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from redis import Redis, ResponseError
from sqlalchemy import Engine, inspect, text

from support.core.errors import NotApplicableError
from support.systems.catalog.data.catalog_seed import SAVED_COPY_KEY

LOCK_KEY = "catalog:lock"
OWN_KEYS = "catalog:*"
CURRENT = text(
    "SELECT bundle.description, bundle.price FROM catalog_current JOIN catalog_bundles bundle USING (version_id)"
)
# a transaction that has begun to write a new version and is not yet committed; a connection that was lost leaves none behind
STORING = text(
    "SELECT count(*) FROM pg_stat_activity WHERE xact_start IS NOT NULL AND pid <> pg_backend_pid()"
    " AND query ILIKE '%COPY catalog_bundles%'"
)
COPIED = text("SELECT coalesce(max(tuples_processed), 0) FROM pg_stat_progress_copy")
EMPTY = """
DO $$ BEGIN
    IF to_regclass('catalog_current') IS NOT NULL THEN
        DELETE FROM catalog_current; DELETE FROM catalog_versions;  -- its bundles go with it
    END IF;
END $$
"""


@dataclass(frozen=True, slots=True)
class StoreContents:
    """All that a store holds: how many bundles, and at which prices."""

    bundles: int
    prices: frozenset[Decimal]

    def __str__(self) -> str:
        return f"{self.bundles} bundles at {', '.join(map(str, sorted(self.prices))) or 'no price'}"


class Stores:
    """What each store holds: prices by description, empty where nothing is stored; or its whole stock."""

    def __init__(self, saved_copy: Redis, database: Engine, backup: Path, *, shared: bool = False) -> None:
        self._shared = shared
        self._saved_copy = saved_copy
        self._database = database
        self._backup = backup

    def saved_copy(self) -> Mapping[str, Decimal]:
        return _prices(self.saved_copy_bytes())

    def saved_copy_bytes(self) -> bytes:
        """The saved copy as it stands; empty where there is none, or something that is no text."""
        try:
            stored: Any = self._saved_copy.get(SAVED_COPY_KEY)
        except ResponseError:  # a list, a set, ...
            return b""
        return bytes(stored or b"")

    def saved_copy_kind(self) -> str | None:
        """What Redis calls that which lies where the saved copy should be: "string" for a text; None when nothing does."""
        kind: Any = self._saved_copy.type(SAVED_COPY_KEY)
        return None if kind == b"none" else str(kind.decode())

    def backup(self) -> Mapping[str, Decimal]:
        return _prices(self.backup_bytes())

    def backup_bytes(self) -> bytes:
        """The backup as it stands; empty where there is none."""
        return self._backup.read_bytes() if self._backup.exists() else b""

    def backup_contents(self) -> StoreContents:
        """Nothing, too, where a file is being written over and is no whole text at the moment."""
        try:
            return contents_of(self.backup_bytes() or b'{"bundles": []}')
        except ValueError:
            return _contents([])

    def database(self) -> Mapping[str, Decimal]:
        if not inspect(self._database).has_table("catalog_current"):
            return {}
        with self._database.connect() as connection:
            return {row.description: row.price for row in connection.execute(CURRENT)}

    def saved_copy_contents(self) -> StoreContents:
        return contents_of(self.saved_copy_bytes() or b'{"bundles": []}')

    def database_contents(self) -> StoreContents:
        if not inspect(self._database).has_table("catalog_current"):
            return _contents([])
        with self._database.connect() as connection:
            return _contents(row.price for row in connection.execute(CURRENT))

    def is_storing(self) -> bool:
        """Whether the database is in the middle of taking a new version."""
        with self._database.connect() as connection:
            return bool(connection.execute(STORING).scalar_one())

    def bundles_copied(self) -> int:
        """How many bundles of a version that it is taking at this moment the database has got; 0 while it takes none."""
        with self._database.connect() as connection:
            return int(connection.execute(COPIED).scalar_one())

    def lock_holder(self) -> str | None:
        """What tells the holder of the refresh lock from all others; None while the lock is free."""
        held: Any = self._saved_copy.get(LOCK_KEY)
        return held.decode() if held else None

    def reads_of_saved_copy(self) -> int:
        """How often anybody has read a value from the saved copy's store since it was cleared."""
        if self._shared:
            raise NotApplicableError("others read from the same Redis, so that nobody can tell who has read how often")
        counted: Any = self._saved_copy.info("commandstats")
        return int(counted.get("cmdstat_get", {}).get("calls", 0))

    def clear(self) -> None:
        """Empty all of them, for the next scenario; where others share them, of the catalog's own data."""
        if self._shared:
            for key in self._saved_copy.scan_iter(OWN_KEYS):
                self._saved_copy.delete(key)
        else:
            self._saved_copy.flushall()
            self._saved_copy.config_resetstat()
        self._backup.unlink(missing_ok=True)
        with self._database.begin() as connection:
            connection.execute(text(EMPTY))


def contents_of(stored: bytes) -> StoreContents:
    """All that a saved copy holds. Raises `ValueError`, `KeyError` or `TypeError` for what is none."""
    return _contents(Decimal(offer["price"]) for offer in json.loads(stored)["bundles"])


def _contents(prices: Iterable[Decimal]) -> StoreContents:
    found = list(prices)
    return StoreContents(len(found), frozenset(found))


def _prices(stored: bytes) -> dict[str, Decimal]:
    try:
        return {offer["description"]: Decimal(offer["price"]) for offer in json.loads(stored)["bundles"]}
    except (ValueError, KeyError, TypeError):
        return {}  # empty or damaged: nothing that could be sold
