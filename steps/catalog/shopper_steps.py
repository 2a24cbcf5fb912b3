"""Shoppers open the catalog and read its answers."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, not_

from steps.catalog.provider_steps import provider_asked_once
from steps.common.dependency_steps import inject_fault
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.core.target import Target
from support.faults.model import Fault
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.catalog.actors.shopper import Shopper, Visit
from support.systems.catalog.matchers import (
    a_polite_refusal,
    comes_from,
    nothing_internal,
    offers,
    says_out_of_date,
)


@when("a shopper opens the catalog")
def opens_catalog(context: Context) -> None:
    context.stage.put(context.stage.the(Shopper).open_catalog())


@given('a shopper has seen "{bundle:Text}" at {price:Money}')
def has_seen_price(context: Context, bundle: str, price: Decimal) -> None:
    opens_catalog(context)
    sees_price(context, bundle, price)


@given('{target:Target} {fault:Fault}, and a shopper has seen "{bundle:Text}" at {price:Money}')
def has_seen_price_under_fault(context: Context, target: Target, fault: Fault, bundle: str, price: Decimal) -> None:
    inject_fault(context, target, fault)
    has_seen_price(context, bundle, price)


@given("a shopper has been asked to come back shortly")
def has_been_refused(context: Context) -> None:
    opens_catalog(context)
    asked_to_come_back(context)


@then('the shopper sees "{bundle:Text}" at {price:Money}')
def sees_price(context: Context, bundle: str, price: Decimal) -> None:
    assert_that(context.stage.the(Visit).prices, offers({bundle: price}), "what the shop showed")


@then('shoppers see "{bundle:Text}" at {price:Money} and "{other:Text}" at {other_price:Money}')
def see_prices(context: Context, bundle: str, price: Decimal, other: str, other_price: Decimal) -> None:
    opens_catalog(context)
    assert_that(context.stage.the(Visit).prices, offers({bundle: price, other: other_price}), "what the shop showed")


def see_all_at(context: Context, price: Decimal) -> None:
    opens_catalog(context)
    assert_that(set(context.stage.the(Visit).prices.values()), equal_to({price}), "the prices that the shop showed")


@then("within {limit:Duration} of the restart shoppers see all bundles at {price:Money}")
def see_all_soon(context: Context, limit: timedelta, price: Decimal) -> None:
    start = context.stage.the(RecoveryStart)
    context.stage.put(wait_for_recovery("shoppers see all", start, lambda: see_all_at(context, price), limit))


@then('within {limit:Duration} shoppers see "{bundle:Text}" at {price:Money} again')
@then('within {limit:Duration} shoppers see "{bundle:Text}" at {price:Money} instead')
def see_again(context: Context, limit: timedelta, bundle: str, price: Decimal) -> None:
    def check() -> None:
        opens_catalog(context)
        sees_price(context, bundle, price)

    eventually(check, within=limit)


@then("the answer names the {source:Source} as the source of the prices")
def answer_names_source(context: Context, source: str) -> None:
    assert_that(context.stage.the(Visit), comes_from(source))


@then("the answer names the {source:Source}, {age:Duration} old, as the source of the prices")
def answer_names_source_and_age(context: Context, source: str, age: timedelta) -> None:
    assert_that(context.stage.the(Visit), comes_from(source, age))


@then(
    'within {limit:Duration} shoppers see "{bundle:Text}" at {price:Money} again, '
    "after exactly one request for the catalog"
)
def see_again_after_one_request(context: Context, limit: timedelta, bundle: str, price: Decimal) -> None:
    see_again(context, limit, bundle, price)
    provider_asked_once(context)


@then('within {limit:Duration} shoppers see "{bundle:Text}" at {price:Money} again, from the {source:Source}')
def see_again_from_source(context: Context, limit: timedelta, bundle: str, price: Decimal, source: str) -> None:
    see_again(context, limit, bundle, price)
    answer_names_source(context, source)


def answer_says_out_of_date(context: Context) -> None:
    assert_that(context.stage.the(Visit), says_out_of_date())


@then(
    "the answer names the {source:Source}, {age:Duration} old, as its source and says that the prices are out of date"
)
def answer_names_outdated_source(context: Context, source: str, age: timedelta) -> None:
    answer_names_source_and_age(context, source, age)
    answer_says_out_of_date(context)


@then("the answer does not say that the prices are out of date")
def answer_does_not_say_out_of_date(context: Context) -> None:
    assert_that(context.stage.the(Visit), not_(says_out_of_date()))


@then("the shopper waited no longer than {limit:Duration}")
def waited(context: Context, limit: timedelta) -> None:
    assert_at_most(context.stage.the(Visit).waited, limit, "the shopper's wait")


@then("the shopper is asked to come back shortly")
def asked_to_come_back(context: Context) -> None:
    assert_that(context.stage.the(Visit), a_polite_refusal())


@then("the shopper is asked to come back shortly, and the answer reveals nothing internal")
def asked_to_come_back_without_details(context: Context) -> None:
    asked_to_come_back(context)
    assert_that(context.stage.the(Visit).text, nothing_internal())
