"""The steady state: every service is healthy and can update, and all stores and answers have the provider's bundles."""

from decimal import Decimal

from hamcrest import equal_to

from support.core.checks import assert_that
from support.systems.catalog.actors.fleet import Fleet, Instance
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.stores import StoreContents, Stores

BEFORE, AFTER = (
    Decimal("19.00"),
    Decimal("99.00"),
)  # different, so that old data is not mistaken for new


class SteadyState:
    """Each method raises `AssertionError` for the first violation."""

    def __init__(self, fleet: Fleet, catalog_seed: CatalogSeed, stores: Stores, bundles: int) -> None:
        self._fleet = fleet
        self._catalog_seed = catalog_seed
        self._stores = stores
        self._bundles = bundles

    def must_hold_before(self) -> None:
        self._must_hold(BEFORE)

    def must_hold_again(self) -> None:
        self._must_hold(AFTER)

    def must_be_consistent(self, bundles: int, price: Decimal) -> None:
        """Both stores hold, and every service shows, *bundles* bundles at *price*."""
        whole = StoreContents(bundles, frozenset({price}))
        assert_that(self._stores.saved_copy_contents(), equal_to(whole), "the contents of the saved copy")
        assert_that(self._stores.database_contents(), equal_to(whole), "the contents of the database")
        for instance in self._fleet.instances:
            shown = set(Shopper(instance.api).open_catalog().prices.values())
            assert_that(shown, equal_to({price}), f"the prices that the {instance.part.name} shows")

    def _must_hold(self, price: Decimal) -> None:
        """Make the provider sell everything at *price*, update every service, and check all stores and answers."""
        self._catalog_seed.provider_sells(self._bundles, price)
        for instance in self._fleet.instances:
            _must_be_well(instance)
        self.must_be_consistent(self._bundles, price)


def _must_be_well(instance: Instance) -> None:
    operator = Operator(instance.api)
    assert_that(operator.update_catalog().status, equal_to("completed"), f"an update by the {instance.part.name}")
    assert_that(operator.status_page().status, equal_to("healthy"), f"the status page of the {instance.part.name}")
