"""Updates that follow one another beside everything else; a ledger keeps account of each."""

from collections.abc import Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import cycle

from sqlalchemy.exc import SQLAlchemyError

from support.core.background import Background
from support.measure.ledger import Fate, Ledger
from support.systems.catalog.actors.operator import Operator, Update
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.stores import StoreContents, Stores

PAUSE_S = 0.1
FIRST_PRICE = Decimal("20.01")


class ContinuousUpdates(Background):
    """From the beginning of the `with` block to its end; each update is made by the next of the *services* in turn.

    Each has a price of its own, under which it stands in the *ledger*. The database is looked at after each, when it can be.
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
            # whoever refuses it may still fetch that version a moment later, for shoppers who keep coming
            self.ledger.enter(
                version_name(price), Fate.CONFIRMED if fate_of(update) is Fate.CONFIRMED else Fate.UNKNOWN
            )
            with suppress(SQLAlchemyError):  # it is down itself
                self.ledger.look("the database", version_of(self._stores.database_contents(), self._bundles))
            if self.over.wait(PAUSE_S):
                return


def fate_of(update: Update) -> Fate:
    if not update.answered:
        return Fate.UNKNOWN
    return Fate.CONFIRMED if update.status == "completed" else Fate.REFUSED


def version_of(contents: StoreContents, bundles: int) -> str:
    """The version that a store holds whole, with so many *bundles*; "" for none, or for a piece or a mixture."""
    whole = contents.bundles == bundles and len(contents.prices) == 1
    return version_name(next(iter(contents.prices))) if whole else ""


def version_name(price: Decimal) -> str:
    return f"the version at {price}"
