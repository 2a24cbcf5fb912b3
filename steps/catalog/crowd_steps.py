"""Many shoppers open the catalog, at once or for a while."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to

from steps.catalog.provider_steps import provider_asked_once, provider_received
from support.behave_runtime.gherkin import Context, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.described import every
from support.systems.catalog.actors.shopper import Crowd, Shopper, longest_wait
from support.systems.catalog.matchers import (
    a_polite_refusal,
    a_served_visit,
    ages_as_time_passes,
    says_out_of_date,
)


@when("{count:Count} shoppers open the catalog at once")
def crowd_opens_catalog(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(Shopper).crowd(count))


@when("{count:Count} shoppers keep opening the catalog for {span:Duration}")
def crowd_keeps_opening(context: Context, count: int, span: timedelta) -> None:
    context.stage.put(context.stage.the(Shopper).crowd(count, for_=span))


@then("every shopper is asked to come back shortly")
def all_asked_to_come_back(context: Context) -> None:
    assert_that(context.stage.the(Crowd).visits, every(a_polite_refusal()))


@then("every shopper was served")
def all_served(context: Context) -> None:
    assert_that(context.stage.the(Crowd).visits, every(a_served_visit()))


@then('every shopper sees "{bundle:Text}" at {price:Money}')
def all_see(context: Context, bundle: str, price: Decimal) -> None:
    shown = {visit.prices.get(bundle) for visit in context.stage.the(Crowd).visits}
    assert_that(shown, equal_to({price}), f'the prices shown for "{bundle}"')


@then("every answer says that the prices are out of date")
def every_answer_says_out_of_date(context: Context) -> None:
    assert_that(context.stage.the(Crowd).visits, every(says_out_of_date()))


@then('every shopper sees "{bundle:Text}" at {price:Money}, with an age that grows as time passes')
def all_see_growing_age(context: Context, bundle: str, price: Decimal) -> None:
    all_see(context, bundle, price)
    assert_that(context.stage.the(Crowd).visits, ages_as_time_passes())


@then("every shopper waited no longer than {limit:Duration}")
def all_waited(context: Context, limit: timedelta) -> None:
    assert_at_most(longest_wait(context.stage.the(Crowd).visits), limit, "the longest wait of a shopper")


@then('every shopper sees "{bundle:Text}" at {price:Money} within {limit:Duration}')
def all_see_within(context: Context, bundle: str, price: Decimal, limit: timedelta) -> None:
    all_see(context, bundle, price)
    all_waited(context, limit)


@then("every shopper was served, and the provider was asked for its catalog exactly once")
def all_served_after_one_request(context: Context) -> None:
    all_served(context)
    provider_asked_once(context)


@then('every shopper sees "{bundle:Text}" at {price:Money}, and the provider received exactly {count:Count} request')
def all_see_after_requests(context: Context, bundle: str, price: Decimal, count: int) -> None:
    all_see(context, bundle, price)
    provider_received(context, count)
