"""What the catalog's stores hold, read past the service and past the fault proxy."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from redis import Redis
from sqlalchemy import Engine, inspect, text

from support.data.shelves import SAVED_COPY_KEY

CURRENT = text(
    "SELECT bundle.description, bundle.price FROM catalog_current JOIN catalog_bundles bundle USING (version_id)"
)
EMPTY = """
DO $$ BEGIN
    IF to_regclass('catalog_current') IS NOT NULL THEN
        DELETE FROM catalog_current; DELETE FROM catalog_versions;  -- its bundles go with it
    END IF;
END $$
"""


class Stores:
    """Each method returns prices by description; empty where nothing is stored."""

    def __init__(self, saved_copy: Redis, database: Engine, backup: Path) -> None:
        self._saved_copy = saved_copy
        self._database = database
        self._backup = backup

    def saved_copy(self) -> Mapping[str, Decimal]:
        stored: Any = self._saved_copy.get(SAVED_COPY_KEY)
        return _prices(stored or b"")

    def backup(self) -> Mapping[str, Decimal]:
        return _prices(self._backup.read_bytes() if self._backup.exists() else b"")

    def database(self) -> Mapping[str, Decimal]:
        if not inspect(self._database).has_table("catalog_current"):
            return {}
        with self._database.connect() as connection:
            return {row.description: row.price for row in connection.execute(CURRENT)}

    def clear(self) -> None:
        """Empty all of them, for the next scenario."""
        self._saved_copy.flushall()
        self._backup.unlink(missing_ok=True)
        with self._database.begin() as connection:
            connection.execute(text(EMPTY))


def _prices(stored: bytes) -> dict[str, Decimal]:
    try:
        return {offer["description"]: Decimal(offer["price"]) for offer in json.loads(stored)["bundles"]}
    except (ValueError, KeyError, TypeError):
        return {}  # empty or damaged: nothing that could be sold
