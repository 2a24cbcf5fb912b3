"""Several instances of the catalog service: one updates the catalog at a time, and a late one is refused."""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, none, only_contains

from steps.catalog.store_steps import stores_hold
from steps.common.dependency_steps import target_recovers
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently
from support.core.in_words import in_words
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Slowness
from support.systems.catalog.actors.concurrent_updates import Updates
from support.systems.catalog.actors.configuration import NO_TIME_OUTS, SLOW_CACHE, Configuration, Environment
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.operator import Operator
from support.systems.catalog.actors.shopper import Shopper, crowds
from support.systems.catalog.matchers import arrived
from support.systems.catalog.mid_update_faults import MidUpdateFaults
from support.systems.catalog.observers.provider_record import ProviderRecord, group_list_requests
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import PROVIDER

SOON = timedelta(seconds=5)


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


@given("an update is running, and the provider's answer is on its way")
def answer_on_its_way(context: Context) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).start_with_page_in_flight(0))


@when("all catalog services are asked to update the catalog at once")
def all_update(context: Context) -> None:
    context.stage.put(Updates.at_once([instance.api for instance in context.stage.the(Fleet).instances]))


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


@given("the other catalog service has taken the lock and is fetching an update")
def other_fetches(context: Context) -> None:
    patiently(
        lambda: assert_that(context.stage.the(Stores).lock_holder(), none(), "the holder of the lock"), within=SOON
    )
    context.stage.the(FaultDesk).inject(PROVIDER, Slowness(timedelta(seconds=2)))
    context.stage.the(MidUpdateFaults).start_update(2)


@when("an update is refused because another is running")
@then("an update is refused because another is running")
def update_refused(context: Context) -> None:
    update = context.stage.put(context.stage.the(Operator).update_catalog())
    lock = "held" if context.stage.the(Stores).lock_holder() else "free"
    assert_that(
        update.status,
        equal_to("already_running"),
        f"the answer to a request for an update while another service holds the lock (now the lock is {lock}; there was {update})",
    )


@when("an update completes within {limit:Duration}, and then {target:Target} recovers")
def update_completes_before_recovery(context: Context, limit: timedelta, target: Target) -> None:
    update_completes(context, limit)
    target_recovers(context, target)


@when("updates are tried for up to {limit:Duration} until one completes, and then {target:Target} recovers")
def updates_are_tried_before_recovery(context: Context, limit: timedelta, target: Target) -> None:
    with suppress(AssertionError):
        update_completes(context, limit)
    target_recovers(context, target)


def update_completes(context: Context, limit: timedelta) -> None:
    def check() -> None:
        update = context.stage.put(context.stage.the(Operator).update_catalog())
        assert_that(update.status, equal_to("completed"), "how the update ended")

    eventually(check, within=limit)


@then(
    "the saved copy and the database hold {count:Count} bundles, all at {price:Money}, "
    "and within {limit:Duration} an update sets all to {new_price:Money}"
)
def stores_hold_and_update_completes(
    context: Context, count: int, price: Decimal, limit: timedelta, new_price: Decimal
) -> None:
    stores_hold(context, count, price)
    update_completes_and_is_stored(context, limit, count, new_price)


@then(
    "within {limit:Duration} an update completes, "
    "and the saved copy and the database hold {count:Count} bundles, all at {price:Money}"
)
def update_completes_and_is_stored(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    update_completes(context, limit)
    stores_hold(context, count, price)


def _run_services(context: Context, count: int, environment: Environment) -> None:
    context.stage.the(Configuration).restart_with(environment)
    for _ in range(count - 1):
        context.stage.the(Fleet).add(environment)
