"""The steady state: every service is healthy and makes updates, and all hold and show what the provider sells."""

from decimal import Decimal

from hamcrest import assert_that, equal_to

from support.clients.fleet import Fleet
from support.clients.operator import Operator
from support.clients.shopper import Shopper
from support.data.shelves import Shelves
from support.observers.stores import Stock, Stores


def must_be_steady(fleet: Fleet, shelves: Shelves, stores: Stores, bundles: int, price: Decimal) -> None:
    """Raises `AssertionError` for what is not so. The provider is told to sell that many *bundles* at *price* now."""
    shelves.provider_sells(bundles, price)
    for instance in fleet.instances:
        operator = Operator(instance.api)
        assert_that(operator.update_catalog().status, equal_to("completed"), f"an update by the {instance.part.name}")
        assert_that(operator.status_page().status, equal_to("healthy"), f"what the {instance.part.name} says of itself")
        shown = set(Shopper(instance.api).open_catalog().prices.values())
        assert_that(shown, equal_to({price}), f"the prices that the {instance.part.name} shows")
    assert_that(stores.saved_stock(), equal_to(Stock(bundles, frozenset({price}))), "all that the saved copy holds")
    assert_that(stores.database_stock(), equal_to(Stock(bundles, frozenset({price}))), "all that the database holds")
