"""Shoppers search while the catalog is updated repeatedly."""

import time
from decimal import Decimal
from itertools import count

from support.core.errors import InconclusiveError
from support.systems.catalog.actors.continuous_searches import ContinuousSearches
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.consistency import SearchHistory

MAX_TIME_S = 40.0
BUNDLES = 400
MIN_UPDATES = 6
FIRST_PRICE = Decimal("19.01")


class SearchDuringUpdates:
    def __init__(self, catalog_seed: CatalogSeed, operator: Operator, url: str) -> None:
        self._catalog_seed = catalog_seed
        self._operator = operator
        self._url = url

    def until(self, answers: int, shoppers: int) -> SearchHistory:
        """Update at least 6 times, until the shoppers have so many *answers*; each version has its own price and size.

        Raises `InconclusiveError` when there are too few answers after 40 s.
        """
        end = time.monotonic() + MAX_TIME_S
        updates: list[Update] = []
        spans: list[tuple[float, float]] = []
        with ContinuousSearches(self._url, shoppers) as searchers:
            for number in count():
                self._catalog_seed.provider_sells(BUNDLES - 10 * (number % 7), FIRST_PRICE + Decimal(number) / 100)
                began = time.monotonic()
                updates.append(self._operator.update_catalog())
                spans.append((began, time.monotonic()))
                if len(searchers.answers) >= answers and len(updates) >= MIN_UPDATES:
                    break
                if time.monotonic() > end:
                    raise InconclusiveError(f"only {len(searchers.answers)} answers in {MAX_TIME_S:g} s, not {answers}")
        return SearchHistory(searchers.answers, updates, spans)
