"""Seeds the data of a scenario: the bundles of the provider, the saved copy and the backup.

The shapes of the saved copy and the backup are those of the catalog's contract (support/systems/catalog/app/contract.md).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from redis import Redis

from support.systems.catalog.data.bundles import STANDARD, Bundle, bundle, bundles
from support.systems.catalog.data.saved_copy import with_checksum
from support.systems.catalog.standins.provider.control import ProviderControl

SAVED_COPY_KEY = "catalog:entry"
NUMBER_KEY = "catalog:fence"


@dataclass(frozen=True, slots=True)
class LastNumber:
    """The number (the fence) of the last update."""

    value: int


class CatalogSeed:
    """Remembers the group of each bundle, so that a description identifies it in every source."""

    def __init__(self, provider: ProviderControl, saved_copy: Redis, backup: Path) -> None:
        self._provider = provider
        self._saved_copy = saved_copy
        self._backup = backup
        self._groups: dict[str, list[Bundle]] = {}

    def provider_quotes(self, description: str, price: Decimal, group: str = STANDARD, **fields: Any) -> None:
        """*fields* replace those of the provider's JSON."""
        others = [one for one in self._groups.get(group, []) if one["description"] != description]
        self._groups[group] = [*others, bundle(description, price=price, group=group, **fields)]
        self._provider.catalogue(self._groups)

    def provider_quotes_again(self, description: str, price: Decimal) -> None:
        """Another bundle with the name and the description of one that there is, at the end of the group."""
        self._groups[STANDARD].append(bundle(description, price=price))
        self._provider.catalogue(self._groups)

    def provider_sells(self, count: int, price: Decimal) -> None:
        """Replace the provider's bundles by *count* bundles of one *price*, which identifies the version."""
        self._groups = {}
        self._provider.generate({STANDARD: count}, price=price)

    def provider_offers_more(self, count: int) -> None:
        self._groups.setdefault(STANDARD, []).extend(bundles(count))
        self._provider.catalogue(self._groups)

    def saved_copy_quotes(self, prices: Mapping[str, Decimal], age: timedelta) -> None:
        fetched_at = (datetime.now(UTC) - age).isoformat()
        head = {"version": 1, "fetched_at": fetched_at, "source": "provider", "failed_groups": []}
        self._saved_copy.set(SAVED_COPY_KEY, with_checksum(head, self._bundles(prices)))

    def last_number_is_ahead(self, span: timedelta) -> LastNumber:
        """The last number of an update is *span* ahead of the clock, as after the clock of Redis was set back by so much."""
        seconds, microseconds = self._saved_copy.time()
        number = (seconds + round(span.total_seconds())) * 1_000_000 + microseconds
        self._saved_copy.set(NUMBER_KEY, number)
        return LastNumber(number)

    def backup_quotes(self, prices: Mapping[str, Decimal]) -> None:
        saved_at = datetime.now(UTC) - timedelta(days=3)
        self._backup.write_text(json.dumps({"saved_at": saved_at.isoformat(), "bundles": self._bundles(prices)}))

    def _bundles(self, prices: Mapping[str, Decimal]) -> list[dict[str, Any]]:
        return [_as_stored(bundle(name, price=price, group=self._group_of(name))) for name, price in prices.items()]

    def _group_of(self, description: str) -> str:
        groups = (
            group for group, bundles in self._groups.items() for one in bundles if one["description"] == description
        )
        return next(groups, STANDARD)


def _as_stored(offer: Bundle) -> dict[str, Any]:
    return {
        "name": offer["name"],
        "description": offer["description"],
        "group": offer["groups"][0],
        "countries": [country["iso"] for country in offer["countries"]],
        "data_mb": offer["dataAmount"],
        "duration_days": offer["duration"],
        "price": f"{offer['price']:.2f}",
        "currency": "EUR",
    }
