"""Updates that follow one another while what they need is killed under them; a ledger keeps account of each."""

from decimal import Decimal

from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Crash
from support.measure.ledger import Fate, Ledger
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.restocking import fate, named, version
from support.systems.catalog.data.catalog_seed import Shelves
from support.systems.catalog.mid_update_faults import Halfway, MissedError
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import CATALOG, DATABASE, SECOND_CATALOG

BUNDLES = 20_000  # an update of so many is still under way when its service is struck, also on a busy machine
PAGE = 500  # bundles on a page of the provider's, as the service asks for them
FIRST_PRICE = Decimal("19.01")
CALM = 1  # updates that nothing happens to, before, between and after
MOST = 300
TRIES = 3


class Upheaval:
    """Each update has a price of its own, under which it stands in the ledger."""

    def __init__(self, desk: FaultDesk, halfway: Halfway, shelves: Shelves, operator: Operator, stores: Stores) -> None:
        self._desk = desk
        self._halfway = halfway
        self._shelves = shelves
        self._operator = operator
        self._stores = stores

    def of_updates(self) -> Ledger:
        ledger = Ledger(of="updates")
        self._calm(ledger)
        for target in (DATABASE, SECOND_CATALOG):
            self._strike_one(ledger, target)
            self._desk.recover(target)
            self._look(ledger)
            self._calm(ledger)
        return ledger

    def _strike_one(self, ledger: Ledger, target: Target, tries: int = TRIES) -> None:
        """On a busy machine an update may be over before we look. Then nothing was struck, and the next one is."""
        offered = self._offer(ledger)
        try:
            ledger.enter(offered, fate(self._halfway.storing(target, Crash()).ended()))
        except MissedError as missed:
            ledger.enter(offered, fate(missed.update.ended()))
            self._look(ledger)
            if tries == 1:
                raise
            self._strike_one(ledger, target, tries - 1)

    def of_the_service(self, times: int) -> Ledger:
        """The service that shoppers use is killed in so many updates, in turn while it asks and while it stores."""
        ledger = Ledger(of="updates")
        self._calm(ledger)
        for number in range(times):
            offered = self._offer(ledger)
            if number % 2:
                struck = self._halfway.copying(CATALOG, Crash(), BUNDLES)
            else:
                struck = self._halfway.asking(CATALOG, Crash(), BUNDLES // PAGE)
            ledger.enter(offered, fate(struck.ended()))
            self._desk.recover(CATALOG)
            self._look(ledger)
            self._calm(ledger)
        return ledger

    def _calm(self, ledger: Ledger) -> None:
        """Go on until some more are confirmed: a service that was killed leaves a lock for a while."""
        wanted = ledger.count(Fate.CONFIRMED) + CALM
        while ledger.count(Fate.CONFIRMED) < wanted and len(ledger.entries) < MOST:
            offered = self._offer(ledger)
            ledger.enter(offered, fate(self._operator.update_catalog()))
            self._look(ledger)

    def _offer(self, ledger: Ledger) -> str:
        """Have the provider sell a version that was not there before, and return its name in the ledger."""
        price = FIRST_PRICE + Decimal(len(ledger.entries)) / 100
        self._shelves.provider_sells(BUNDLES, price)
        return named(price)

    def _look(self, ledger: Ledger) -> None:
        ledger.look("the database", version(self._stores.database_stock(), BUNDLES))
        ledger.look("the saved copy", version(self._stores.saved_stock(), BUNDLES))
