"""Networks that split and heal: who sees whom, and how soon everything is in step again."""

import time
from datetime import timedelta
from decimal import Decimal

from hamcrest import assert_that, equal_to

from support.clients.shopper import Shopper
from support.faults.desk import FaultDesk
from support.faults.model import Target, Unreachable
from support.gherkin import Context, given, then, when
from support.observers.relief import Relief, recovered
from support.observers.stores import Stock, Stores


@given("{targets:Targets} cannot be reached")
def targets_out_of_reach(context: Context, targets: list[Target]) -> None:
    for target in targets:
        context.stage.the(FaultDesk).strike(target, Unreachable())


@when("the network heals")
def network_heals(context: Context) -> None:
    context.stage.put(Relief(time.time(), "the network has healed"))
    context.stage.the(FaultDesk).lift_all()


@then(
    "within {limit:Duration} shoppers, the saved copy and the database have the same {count:Count} bundles, all at {price:Money}"
)
def in_step(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    stores, whole = context.stage.the(Stores), Stock(count, frozenset({price}))

    def check() -> None:
        assert_that(stores.saved_stock(), equal_to(whole), "all that the saved copy holds")
        assert_that(stores.database_stock(), equal_to(whole), "all that the database holds")
        shown = set(context.stage.the(Shopper).open_catalog().prices.values())
        assert_that(shown, equal_to({price}), "the prices that the shop showed")

    context.stage.put(recovered("all in step again", context.stage.the(Relief), check, limit))
