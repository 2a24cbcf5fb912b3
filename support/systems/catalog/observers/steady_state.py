"""The steady state: every service is healthy and makes updates, and all hold and show what the provider sells."""

from decimal import Decimal

from hamcrest import assert_that, equal_to

from support.systems.catalog.actors.fleet import Fleet, Instance
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.observers.stores import StoreContents, Stores

BEFORE, AFTER = (
    Decimal("19.00"),
    Decimal("99.00"),
)  # two prices, so that what is left of the one is not taken for the other


class SteadyState:
    """Each method raises `AssertionError` for what is not so."""

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
        """The stores hold, and every service shows, so many *bundles* at *price*."""
        whole = StoreContents(bundles, frozenset({price}))
        assert_that(self._stores.saved_copy_contents(), equal_to(whole), "all that the saved copy holds")
        assert_that(self._stores.database_contents(), equal_to(whole), "all that the database holds")
        for instance in self._fleet.instances:
            shown = set(Shopper(instance.api).open_catalog().prices.values())
            assert_that(shown, equal_to({price}), f"the prices that the {instance.part.name} shows")

    def _must_hold(self, price: Decimal) -> None:
        """The provider is told to sell everything at *price* now."""
        self._catalog_seed.provider_sells(self._bundles, price)
        for instance in self._fleet.instances:
            _must_be_well(instance)
        self.must_be_consistent(self._bundles, price)


def _must_be_well(instance: Instance) -> None:
    operator = Operator(instance.api)
    assert_that(operator.update_catalog().status, equal_to("completed"), f"an update by the {instance.part.name}")
    assert_that(operator.status_page().status, equal_to("healthy"), f"what the {instance.part.name} says of itself")
