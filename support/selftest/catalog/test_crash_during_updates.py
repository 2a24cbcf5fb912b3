"""Crashes during updates: an update that ended too early is entered in the ledger, and the next one is tried."""

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


class FakeCatalog:
    """Stores every update at once, except crashed ones; a crash comes too late *missed* times for each target."""

    def __init__(self, missed):
        self.missed = dict.fromkeys((DATABASE, SECOND_CATALOG), missed)
        self.recovered = []
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
        self.recovered.append(target)

    def database_contents(self):
        return StoreContents(BUNDLES, frozenset({self.stored}))

    saved_copy_contents = database_contents


@pytest.fixture
def crashes():
    return lambda catalog: CrashDuringUpdates(catalog, catalog, catalog, catalog, catalog)


@pytest.mark.parametrize("missed", range(MAX_ATTEMPTS))
def test_an_update_that_ended_too_early_is_entered_and_the_next_one_is_crashed(crashes, missed):
    catalog = FakeCatalog(missed)

    ledger = crashes(catalog).crash_database_then_second_service()

    assert catalog.recovered == [DATABASE, SECOND_CATALOG]
    assert ledger.count(Fate.UNKNOWN) == 2
    assert ledger.count(Fate.CONFIRMED) == 3 + 2 * missed
    assert ledger.lost() == []


def test_an_error_when_every_update_ended_too_early(crashes):
    catalog = FakeCatalog(MAX_ATTEMPTS)

    with pytest.raises(UpdateEndedTooEarlyError):
        crashes(catalog).crash_database_then_second_service()

    assert catalog.recovered == []
