"""What the catalog's stores hold, read past the service and past the fault proxy."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from redis import Redis
from sqlalchemy import Engine, inspect, text

from support.data.shelves import SAVED_COPY_KEY

CURRENT = text(
    "SELECT bundle.description, bundle.price FROM catalog_current JOIN catalog_bundles bundle USING (version_id)"
)
TABLES = "catalog_current, catalog_bundles, catalog_versions"


class Stores:
    """Each method returns prices by description; empty where nothing is stored."""

    def __init__(self, saved_copy: Redis, database: Engine) -> None:
        self._saved_copy = saved_copy
        self._database = database

    def saved_copy(self) -> Mapping[str, Decimal]:
        stored: Any = self._saved_copy.get(SAVED_COPY_KEY)
        try:
            entry = json.loads(stored or b'{"bundles": []}')
        except ValueError:
            return {}
        return {offer["description"]: Decimal(offer["price"]) for offer in entry["bundles"]}

    def database(self) -> Mapping[str, Decimal]:
        if not inspect(self._database).has_table("catalog_current"):
            return {}
        with self._database.connect() as connection:
            return {row.description: row.price for row in connection.execute(CURRENT)}

    def clear(self) -> None:
        """Empty both, for the next scenario."""
        self._saved_copy.flushall()
        if inspect(self._database).has_table("catalog_current"):
            with self._database.begin() as connection:
                connection.execute(text(f"TRUNCATE {TABLES}"))
