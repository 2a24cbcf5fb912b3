"""Continuous updates in the background, each entered in a ledger."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import cycle

import psycopg

from support.core.background import Background
from support.measure.ledger import Fate, Ledger
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.stores import StoreContents, Stores

PAUSE_S = 0.1
FIRST_PRICE = Decimal("20.01")


class ContinuousUpdates(Background):
    """Updates during the `with` block, by each of the *services* in turn.

    Each update has its own price, which identifies it in the *ledger*. After each one the database is read, if it is available.
    """

    def __init__(self, catalog_seed: CatalogSeed, services: Sequence[Operator], stores: Stores, bundles: int) -> None:
        super().__init__()
        self._catalog_seed = catalog_seed
        self._services = services
        self._stores = stores
        self._bundles = bundles
        self.ledger = Ledger(of="updates", already=[version_of(stores.database_contents(), bundles)])
        self.updates: list[Update] = []

    def work(self) -> None:
        for service in cycle(self._services):
            price = FIRST_PRICE + Decimal(len(self.updates)) / 100
            self._catalog_seed.provider_sells(self._bundles, price)
            update = service.update_catalog()
            self.updates.append(update)
            # a service that refuses an update may still fetch this version a moment later, for a shopper
            self.ledger.enter(
                version_name(price), Fate.CONFIRMED if fate_of(update) is Fate.CONFIRMED else Fate.UNKNOWN
            )
            with suppress(psycopg.Error):  # the database is down
                self.ledger.look("the database", version_of(self._stores.database_contents(), self._bundles))
            if self.over.wait(PAUSE_S):
                return


def fate_of(update: Update) -> Fate:
    if not update.answered:
        return Fate.UNKNOWN
    return Fate.CONFIRMED if update.status == "completed" else Fate.REFUSED


def version_of(contents: StoreContents, bundles: int) -> str:
    """The version that a store holds completely, with so many *bundles*; "" for none, a part or a mixture."""
    whole = contents.bundles == bundles and len(contents.prices) == 1
    return version_name(next(iter(contents.prices))) if whole else ""


def version_name(price: Decimal) -> str:
    return f"the version at {price}"
