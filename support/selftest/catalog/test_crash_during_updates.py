"""Updates that are struck in their middle: one that was over before its middle was seen is no answer, and is not forgotten."""

from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from support.measure.ledger import Fate
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.crash_during_updates import BUNDLES, MAX_ATTEMPTS, CrashDuringUpdates
from support.systems.catalog.mid_update_faults import UpdateEndedTooEarlyError
from support.systems.catalog.observers.stores import StoreContents
from support.systems.catalog.targets import DATABASE, SECOND_CATALOG

WELL = Update("completed", "provider", {}, "", timedelta(0), 0.0, answered=True)


class Shop:
    """Every update is stored at once, but for those of a strike, which is *missed* so many times for each target."""

    def __init__(self, missed):
        self.missed = dict.fromkeys((DATABASE, SECOND_CATALOG), missed)
        self.lifted = []
        self.price = self.stored = Decimal(0)

    def provider_sells(self, _bundles, price):
        self.price = price

    def update_catalog(self):
        self.stored = self.price
        return WELL

    def ended(self):
        return self.update_catalog()

    def inject_while_storing(self, target, _fault):
        if self.missed[target]:
            self.missed[target] -= 1
            raise UpdateEndedTooEarlyError("too late", self)
        return SimpleNamespace(ended=lambda: Update("", "", {}, "", timedelta(0), 0.0, answered=False))

    def recover(self, target):
        self.lifted.append(target)

    def database_contents(self):
        return StoreContents(BUNDLES, frozenset({self.stored}))

    saved_copy_contents = database_contents


@pytest.fixture
def upheaval():
    return lambda shop: CrashDuringUpdates(shop, shop, shop, shop, shop)


@pytest.mark.parametrize("missed", range(MAX_ATTEMPTS))
def test_what_was_missed_is_entered_as_what_it_was_and_the_next_one_is_struck(upheaval, missed):
    shop = Shop(missed)

    ledger = upheaval(shop).crash_database_then_second_service()

    assert shop.lifted == [DATABASE, SECOND_CATALOG]
    assert ledger.count(Fate.UNKNOWN) == 2
    assert ledger.count(Fate.CONFIRMED) == 3 + 2 * missed
    assert ledger.lost() == []


def test_nothing_is_known_where_all_are_missed(upheaval):
    shop = Shop(MAX_ATTEMPTS)

    with pytest.raises(UpdateEndedTooEarlyError):
        upheaval(shop).crash_database_then_second_service()

    assert shop.lifted == []
