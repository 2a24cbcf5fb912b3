"""The provider's offer and the requests that it received, counted at the provider and never inside the service."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.core.eventually import throughout
from support.standins.matchers import came_no_sooner_than_asked
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.matchers import arrived, assert_backed_off
from support.systems.catalog.observers.provider_record import ProviderRecord, gaps, group_list_requests, per_group


@given('the provider quotes "{bundle:Text}" at {price:Money}')
def provider_quotes(context: Context, bundle: str, price: Decimal) -> None:
    context.stage.the(CatalogSeed).provider_quotes(bundle, price)


@given('the provider quotes "{bundle:Text}" at {price:Money} in the group "{group:Text}"')
def provider_quotes_in_group(context: Context, bundle: str, price: Decimal, group: str) -> None:
    context.stage.the(CatalogSeed).provider_quotes(bundle, price, group)


@given('the provider quotes "{bundle:Text}" with unlimited data at {price:Money}')
def provider_quotes_unlimited(context: Context, bundle: str, price: Decimal) -> None:
    context.stage.the(CatalogSeed).provider_quotes(bundle, price, dataAmount=-1)


@given('the provider quotes "{bundle:Text}" a second time, at {price:Money}')
def provider_quotes_twice(context: Context, bundle: str, price: Decimal) -> None:
    context.stage.the(CatalogSeed).provider_quotes_again(bundle, price)


@given("the provider sells {count:Count} bundles, all at {price:Money}")
def provider_sells(context: Context, count: int, price: Decimal) -> None:
    context.stage.the(CatalogSeed).provider_sells(count, price)


@given("the provider offers {count:Count} bundles more")
def provider_offers_more(context: Context, count: int) -> None:
    context.stage.the(CatalogSeed).provider_offers_more(count)


@then("the provider received exactly {count:Count} request")
@then("the provider received exactly {count:Count} requests")
def provider_received(context: Context, count: int) -> None:
    assert_that(context.stage.the(ProviderRecord).requests(), arrived(count), "the requests that reached the provider")


@then("the provider received at most {count:Count} requests")
def provider_received_at_most(context: Context, count: int) -> None:
    assert_that(
        context.stage.the(ProviderRecord).requests(), arrived(0, count), "the requests that reached the provider"
    )


@then("the provider received exactly 1 request, and no other for {span:Duration}")
def provider_received_one(context: Context, span: timedelta) -> None:
    throughout(lambda: provider_received(context, 1), span=span)


@then("the provider received no request for {span:Duration}")
def provider_received_nothing_for(context: Context, span: timedelta) -> None:
    throughout(lambda: provider_received(context, 0), span=span)


@then("the provider received no request")
def provider_received_nothing(context: Context) -> None:
    provider_received(context, 0)


def provider_asked_once(context: Context) -> None:
    asked_for_groups(context, 1)


@then("the provider was asked for its groups exactly {count:Count} times")
def asked_for_groups(context: Context, count: int) -> None:
    lists = group_list_requests(context.stage.the(ProviderRecord).requests())
    assert_that(lists, arrived(count), "the requests for the list of groups")


def group_asked_once(context: Context, group: str) -> None:
    counts = per_group(context.stage.the(ProviderRecord).requests())
    assert_that(counts[group], equal_to(1), f'the requests for "{group}"')


@then('the provider was asked for its catalog and for "{group:Text}" exactly once each')
def catalog_and_group_asked_once(context: Context, group: str) -> None:
    provider_asked_once(context)
    group_asked_once(context, group)


def group_asked_again(context: Context, group: str) -> None:
    counts = per_group(context.stage.the(ProviderRecord).requests())
    assert_that(counts[group], greater_than_or_equal_to(2), f'the requests for "{group}"')


@then('the provider was asked for "{once:Text}" exactly once, and for "{again:Text}" at least twice')
def groups_asked_once_and_again(context: Context, once: str, again: str) -> None:
    group_asked_once(context, once)
    group_asked_again(context, again)


@then("the service waited {span:Duration} for each answer, and at least {more:Duration} more before the next request")
def waited_between_requests(context: Context, span: timedelta, more: timedelta) -> None:
    waits = gaps(context.stage.the(ProviderRecord).requests())
    assert_at_least(timedelta(seconds=min(waits, default=0)), span + more, "the shortest time between two requests")


@then(
    "the waits between the attempts began at {first:Duration}, doubled up to {cap:Duration}, "
    "and were extended by up to {jitter:Duration}"
)
def waits_grew(context: Context, first: timedelta, cap: timedelta, jitter: timedelta) -> None:
    assert_backed_off(gaps(context.stage.the(ProviderRecord).requests()), first, cap, jitter)


@then("the first waits of the {updates:Count} updates differed by at least {span:Duration}")
def waits_differed(context: Context, updates: int, span: timedelta) -> None:
    requests = context.stage.the(ProviderRecord).requests()
    attempts = len(requests) // updates
    waits = gaps(requests)[::attempts]
    spread = timedelta(seconds=max(waits) - min(waits)) if waits else timedelta()
    assert_at_least(spread, span, f"the spread of the waits {waits} before the second attempts, in seconds")


@then("the pauses between the requests began at {first:Duration} and doubled each time")
def pauses_doubled(context: Context, first: timedelta) -> None:
    pauses = [timedelta(seconds=pause) for pause in gaps(context.stage.the(ProviderRecord).requests())]
    assert_that(len(pauses), greater_than_or_equal_to(2), "the pauses between requests to the provider")
    for number, pause in enumerate(pauses):
        assert_at_least(pause, first * 2**number, f"pause {number + 1}")
        assert_at_most(pause, first * 2 ** (number + 1), f"pause {number + 1}, which has not quadrupled")


@then("the provider received no request before the time that it had named")
def no_request_before_named_time(context: Context) -> None:
    assert_that(context.stage.the(ProviderRecord).requests(), came_no_sooner_than_asked())
