"""The catalog service in more than one instance."""

from decimal import Decimal

from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import Shopper
from support.systems.catalog.matchers import offers


@given("a second catalog service runs")
def second_service_runs(context: Context) -> None:
    context.stage.the(Fleet).add()


@then('a newly started catalog service shows "{bundle:Text}" at {price:Money}')
def started_service_shows(context: Context, bundle: str, price: Decimal) -> None:
    visit = context.stage.put(Shopper(context.stage.the(Fleet).add().api).open_catalog())
    assert_that(visit.prices, offers({bundle: price}), "what the other service showed")
