"""Bundles that an update rejected: how its report and the log name them."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.core.eventually import patiently
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Shopper, Visit
from support.systems.catalog.matchers import sets_aside
from support.systems.catalog.observers.service_log import ServiceLog

SOON = timedelta(seconds=2)


@then('shoppers see only "{one:Text}" at {price:Money} and "{other:Text}" at {other_price:Money}')
def see_only(context: Context, one: str, price: Decimal, other: str, other_price: Decimal) -> None:
    context.stage.put(context.stage.the(Shopper).open_catalog())
    assert_that(context.stage.the(Visit).prices, equal_to({one: price, other: other_price}), "what the shop showed")


@then("the update has set aside {count:Count} bundle")
@then("the update has set aside {count:Count} bundles")
def set_aside(context: Context, count: int) -> None:
    assert_that(context.stage.the(Update).set_aside_count, equal_to(count), "how many bundles were set aside")


@then('the update has set aside "{name:Text}" because of its "{field:Text}"')
def set_aside_by_name(context: Context, name: str, field: str) -> None:
    assert_that(context.stage.the(Update).set_aside, sets_aside(name, field))


@then('the update has set aside a bundle without a name, "{place:Text}" of the page, because of its "{field:Text}"')
def set_aside_by_place(context: Context, place: str, field: str) -> None:
    assert_that(context.stage.the(Update).set_aside, sets_aside("", place, field))


@then('the log reports that "{name:Text}" was set aside because of its "{field:Text}"')
def log_by_name(context: Context, name: str, field: str) -> None:
    log = context.stage.the(ServiceLog)
    patiently(lambda: assert_that(log.set_aside(), sets_aside(name, field)), within=SOON)


@then('the log reports that "{place:Text}" of the page, which has no name, was set aside because of its "{field:Text}"')
def log_by_place(context: Context, place: str, field: str) -> None:
    log = context.stage.the(ServiceLog)
    patiently(lambda: assert_that(log.set_aside(), sets_aside("", place, field)), within=SOON)
