"""Measures the recovery time after a fault: from its removal until everything is as before."""

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

from support.core.eventually import patiently
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.measure.figure import Figure
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.observers.stores import Stores

MAX_WAIT = timedelta(seconds=32)  # longer than the budget, so that a late recovery is measured


@dataclass(frozen=True, slots=True)
class RecoveryTime:
    """*took_s* from the begin of the removal; the recovery was observed at most *resolution_s* after it happened."""

    took_s: float
    resolution_s: float
    looks: int

    def figures(self) -> list[Figure]:
        return [
            Figure("recovery until all is as before", self.took_s, "s"),
            Figure("resolution of the recovery time", self.resolution_s, "s"),
        ]


class RecoveryTimer:
    def __init__(self, desk: FaultDesk, catalog: CatalogApi, stores: Stores) -> None:
        self._desk = desk
        self._shopper = Shopper(catalog)
        self._operator = Operator(catalog)
        self._stores = stores

    def measure(self, target: Target, bundle: str, price: Decimal) -> RecoveryTime:
        """Recover *target* and poll, as shoppers and operators do, until shoppers see *bundle* at *price* and all is normal."""
        looks = [time.monotonic()]

        def look() -> None:
            try:
                self._must_be_normal(bundle, price)
            finally:
                looks.append(time.monotonic())

        self._desk.recover(target)
        began = max(window.ended or 0.0 for window in self._desk.injected if window.target is target)
        patiently(look, within=MAX_WAIT)
        gaps = [later - earlier for earlier, later in pairwise(looks)]
        return RecoveryTime(looks[-1] - began, max(gaps[1:], default=looks[-1] - began), len(looks) - 1)

    def _must_be_normal(self, bundle: str, price: Decimal) -> None:
        """Shoppers see *bundle* at *price*, saved copy and database hold it, and the status page says healthy."""
        visit = self._shopper.open_catalog()
        assert visit.prices.get(bundle) == price, f"the shopper got {visit.status}, {visit.prices}, {visit.text[:100]}"
        for name, held in (("saved copy", self._stores.saved_copy()), ("database", self._stores.database())):
            assert held.get(bundle) == price, f"the {name} holds {held}"
        page = self._operator.status_page()
        assert page.status == "healthy", f"the status page says {page}"
