"""Several instances of the catalog service, side by side."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, only_contains

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.core.in_words import in_words
from support.systems.catalog.actors.concurrent_updates import Updates, update_in_turn
from support.systems.catalog.actors.configuration import NO_TIME_OUTS, SLOW_CACHE, Configuration, Environment, lease_of
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import Shopper, crowds
from support.systems.catalog.matchers import arrived
from support.systems.catalog.observers.provider_record import ProviderRecord, group_list_requests


@given("{count:Count} catalog services run")
def services_run(context: Context, count: int) -> None:
    _run_services(context, count, SLOW_CACHE)


@given("{count:Count} catalog services run with long time-outs")
def patient_services_run(context: Context, count: int) -> None:
    _run_services(context, count, NO_TIME_OUTS)


@given("a second catalog service runs with long time-outs")
@given("another catalog service runs with long time-outs")
def patient_service_runs(context: Context) -> None:
    context.stage.the(Fleet).add(NO_TIME_OUTS)


@given("a second catalog service runs with long time-outs and a lease of {lease:Duration}")
def patient_service_runs_with_lease(context: Context, lease: timedelta) -> None:
    context.stage.the(Fleet).add({**NO_TIME_OUTS, **lease_of(lease)})


@when("all catalog services are asked to update the catalog at once")
def all_update(context: Context) -> None:
    context.stage.put(Updates.at_once([instance.api for instance in context.stage.the(Fleet).instances]))


@when("each catalog service updates the catalog in turn")
def each_updates(context: Context) -> None:
    context.stage.put(update_in_turn([instance.api for instance in context.stage.the(Fleet).instances], lambda _: None))


@when("{count:Count} shoppers open the catalog of each service at once")
def crowds_open(context: Context, count: int) -> None:
    context.stage.put(crowds([Shopper(instance.api) for instance in context.stage.the(Fleet).instances], count))


@when("{count:Count} shoppers open the catalog of the second service at once")
def crowd_opens_second(context: Context, count: int) -> None:
    context.stage.put(Shopper(context.stage.the(Fleet).instances[1].api).crowd(count))


@then("exactly one update completed, and all others report that an update is already running")
def one_update_completed(context: Context) -> None:
    updates = context.stage.the(Updates)
    assert_that(updates.count("completed"), equal_to(1), f"how many updates completed, of: {in_words(updates.made)}")
    assert_that(
        group_list_requests(context.stage.the(ProviderRecord).requests()), arrived(1), "updates that the provider saw"
    )
    assert_that(
        updates.count("already_running"),
        equal_to(len(updates.made) - 1),
        f"how many report a running update, of: {in_words(updates.made)}",
    )


@then("the provider received no request twice")
def nothing_twice(context: Context) -> None:
    requests = context.stage.the(ProviderRecord).requests()
    asked = Counter((request.path, request.key, request.query.get("page")) for request in requests)
    assert_that(set(asked.values()), equal_to({1}), "how often the provider was asked for each of its pages")


@then("within {limit:Duration} each catalog service shows its bundles at {price:Money}")
def each_shows(context: Context, limit: timedelta, price: Decimal) -> None:
    def check() -> None:
        shown = [set(Shopper(one.api).open_catalog().prices.values()) for one in context.stage.the(Fleet).instances]
        assert_that(shown, only_contains({price}), "the prices that each service shows")

    eventually(check, within=limit)


def _run_services(context: Context, count: int, environment: Environment) -> None:
    context.stage.the(Configuration).restart_with(environment)
    for _ in range(count - 1):
        context.stage.the(Fleet).add(environment)
