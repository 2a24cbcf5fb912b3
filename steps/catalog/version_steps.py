"""Versions written by several services at the same time. All bundles of a version share one price, so a price identifies it."""

from datetime import timedelta
from decimal import Decimal
from itertools import count as from_number

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.errors import InconclusiveError
from support.core.eventually import eventually, throughout
from support.core.in_words import in_words
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.systems.catalog.actors.concurrent_updates import update_concurrently, update_in_turn
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.data.catalog_seed import CatalogSeed
from support.systems.catalog.matchers import never_older, whole_versions
from support.systems.catalog.observers.store_watch import Read, StoreHistory, StoreWatch
from support.systems.catalog.observers.stores import Stores

BUNDLES = 400  # fewer than a page of the provider's, so that each page that it sends is of one version


@when("each catalog service updates the catalog {times:Count} times while the provider raises its prices")
def all_services_update(context: Context, times: int) -> None:
    update_while_read(context, context.stage.the(Stores).saved_copy_bytes, times)


def update_while_read(context: Context, read: Read, times: int) -> None:
    prices = map(Decimal, from_number(100))
    catalog_seed = context.stage.the(CatalogSeed)
    with StoreWatch(read) as watch:
        services = [instance.api for instance in context.stage.the(Fleet).instances]
        context.stage.put(
            update_concurrently(services, times, lambda: catalog_seed.provider_sells(BUNDLES, next(prices)))
        )
    context.stage.put(watch.seen)


@when(
    "both services update the catalog {times:Count} times each while the provider raises its prices and the backup is read"
)
def both_services_update(context: Context, times: int) -> None:
    update_while_read(context, context.stage.the(Stores).backup_bytes, times)


@given("each catalog service in turn has updated the catalog, at prices that rise by 1.00 EUR up to {last:Money}")
def each_has_updated(context: Context, last: Decimal) -> None:
    services = [instance.api for instance in context.stage.the(Fleet).instances]
    catalog_seed = context.stage.the(CatalogSeed)
    updates = context.stage.put(
        update_in_turn(services, lambda after: catalog_seed.provider_sells(BUNDLES, last - after))
    )
    assert_that(
        updates.count("completed"), equal_to(len(services)), f"how many updates completed, of: {in_words(updates.made)}"
    )


@when("{target:Target} recovers and is read continuously for {span:Duration}")
def recovers_watched(context: Context, target: Target, span: timedelta) -> None:
    with StoreWatch(context.stage.the(Stores).saved_copy_bytes) as watch:
        context.stage.the(FaultDesk).recover(target)
        throughout(lambda: None, span=span)
    context.stage.put(watch.seen)


@then("readers of the saved copy saw at least {least:Count} version, each complete and none older than the one before")
@then("readers of the saved copy saw at least {least:Count} versions, each complete and none older than the one before")
@then("readers of the backup saw at least {least:Count} versions, each complete and none older than the one before")
def versions_are_complete_and_in_order(context: Context, least: int) -> None:
    seen = context.stage.the(StoreHistory)
    assert_that(seen.states, whole_versions(BUNDLES), f"the versions seen in {seen.readings} readings")
    if len(seen.states) < least:
        raise InconclusiveError(f"only {len(seen.states)} versions were seen in {seen.readings} readings")
    assert_that(seen.states, never_older())


@then("the saved copy and the database hold the same version")
def same_version(context: Context) -> None:
    stores = context.stage.the(Stores)
    assert_that(
        stores.saved_copy_contents(), equal_to(stores.database_contents()), "the whole content of the saved copy"
    )


@then("within {limit:Duration} the saved copy and the database hold the same version")
def same_version_soon(context: Context, limit: timedelta) -> None:
    eventually(lambda: same_version(context), within=limit)
