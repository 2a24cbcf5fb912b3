"""Consecutive updates during which services or stores are killed; a ledger records each update."""

from decimal import Decimal

from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Crash
from support.measure.ledger import Fate, Ledger
from support.systems.catalog.actors.continuous_updates import fate_of, version_name, version_of
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.mid_update_faults import MidUpdateFaults, UpdateEndedTooEarlyError
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import CATALOG, DATABASE, SECOND_CATALOG

BUNDLES = 20_000  # so many that an update is still running when its service is killed, even on a busy machine
PAGE = 500  # bundles per page that the service requests from the provider
FIRST_PRICE = Decimal("19.01")
CONFIRMED_BETWEEN_CRASHES = 1  # undisturbed updates before, between and after the crashes
MAX_UPDATES = 300
MAX_ATTEMPTS = 3


class CrashDuringUpdates:
    """Each update has its own price, which identifies it in the ledger."""

    def __init__(
        self,
        desk: FaultDesk,
        mid_update_faults: MidUpdateFaults,
        catalog_seed: CatalogSeed,
        operator: Operator,
        stores: Stores,
    ) -> None:
        self._desk = desk
        self._mid_update_faults = mid_update_faults
        self._catalog_seed = catalog_seed
        self._operator = operator
        self._stores = stores

    def crash_database_then_second_service(self) -> Ledger:
        ledger = Ledger(of="updates")
        self._update_until_confirmed(ledger)
        for target in (DATABASE, SECOND_CATALOG):
            self._crash_during_update(ledger, target)
            self._desk.recover(target)
            self._read_stores(ledger)
            self._update_until_confirmed(ledger)
        return ledger

    def _crash_during_update(self, ledger: Ledger, target: Target, attempts: int = MAX_ATTEMPTS) -> None:
        """On a busy machine an update may end before its middle is seen. Nothing is killed then, and the next update is tried."""
        published = self._publish_version(ledger)
        try:
            ledger.enter(published, fate_of(self._mid_update_faults.inject_while_storing(target, Crash()).ended()))
        except UpdateEndedTooEarlyError as missed:
            ledger.enter(published, fate_of(missed.update.ended()))
            self._read_stores(ledger)
            if attempts == 1:
                raise
            self._crash_during_update(ledger, target, attempts - 1)

    def crash_service(self, times: int) -> Ledger:
        """Kill the service during so many updates, alternately while it fetches and while it stores."""
        ledger = Ledger(of="updates")
        self._update_until_confirmed(ledger)
        for number in range(times):
            published = self._publish_version(ledger)
            if number % 2:
                running = self._mid_update_faults.inject_while_copying(CATALOG, Crash(), BUNDLES)
            else:
                running = self._mid_update_faults.inject_while_requesting(CATALOG, Crash(), BUNDLES // PAGE)
            ledger.enter(published, fate_of(running.ended()))
            self._desk.recover(CATALOG)
            self._read_stores(ledger)
            self._update_until_confirmed(ledger)
        return ledger

    def _update_until_confirmed(self, ledger: Ledger) -> None:
        """Update until one more is confirmed: a killed service leaves its lock for a while, so some are refused."""
        wanted = ledger.count(Fate.CONFIRMED) + CONFIRMED_BETWEEN_CRASHES
        while ledger.count(Fate.CONFIRMED) < wanted and len(ledger.entries) < MAX_UPDATES:
            published = self._publish_version(ledger)
            ledger.enter(published, fate_of(self._operator.update_catalog()))
            self._read_stores(ledger)

    def _publish_version(self, ledger: Ledger) -> str:
        """Make the provider sell a new version, and return its name in the ledger."""
        price = FIRST_PRICE + Decimal(len(ledger.entries)) / 100
        self._catalog_seed.provider_sells(BUNDLES, price)
        return version_name(price)

    def _read_stores(self, ledger: Ledger) -> None:
        ledger.look("the database", version_of(self._stores.database_contents(), BUNDLES))
        ledger.look("the saved copy", version_of(self._stores.saved_copy_contents(), BUNDLES))
