"""Updates that follow one another while what they need is killed under them; a ledger keeps account of each."""

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

BUNDLES = 20_000  # an update of so many is still under way when its service is struck, also on a busy machine
PAGE = 500  # bundles on a page of the provider's, as the service asks for them
FIRST_PRICE = Decimal("19.01")
CONFIRMED_BETWEEN_CRASHES = 1  # updates that nothing happens to, before, between and after
MAX_UPDATES = 300
MAX_ATTEMPTS = 3


class CrashDuringUpdates:
    """Each update has a price of its own, under which it stands in the ledger."""

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
        """On a busy machine an update may be over before we look. Then nothing was struck, and the next one is."""
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
        """The service that shoppers use is killed in so many updates, in turn while it asks and while it stores."""
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
        """Go on until some more are confirmed: a service that was killed leaves a lock for a while."""
        wanted = ledger.count(Fate.CONFIRMED) + CONFIRMED_BETWEEN_CRASHES
        while ledger.count(Fate.CONFIRMED) < wanted and len(ledger.entries) < MAX_UPDATES:
            published = self._publish_version(ledger)
            ledger.enter(published, fate_of(self._operator.update_catalog()))
            self._read_stores(ledger)

    def _publish_version(self, ledger: Ledger) -> str:
        """Have the provider sell a version that was not there before, and return its name in the ledger."""
        price = FIRST_PRICE + Decimal(len(ledger.entries)) / 100
        self._catalog_seed.provider_sells(BUNDLES, price)
        return version_name(price)

    def _read_stores(self, ledger: Ledger) -> None:
        ledger.look("the database", version_of(self._stores.database_contents(), BUNDLES))
        ledger.look("the saved copy", version_of(self._stores.saved_copy_contents(), BUNDLES))
