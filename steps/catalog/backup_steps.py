"""The backup file: its content, its renewal, and the error log when it cannot be used."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, is_not

from steps.catalog.update_steps import has_been_updated
from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.systems.catalog.actors.configuration import KEEPS_BACKUP, Configuration
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.matchers import offers
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.stores import StoreContents, Stores


@given("the service renews the backup")
def renews_backup(context: Context) -> None:
    context.stage.the(Configuration).restart_with(KEEPS_BACKUP)


@given("two catalog services run and renew the backup")
def two_services_renew_backup(context: Context) -> None:
    renews_backup(context)
    context.stage.the(Fleet).add(KEEPS_BACKUP)


@then("the error log gives a reason for the failed backup")
def backup_failure_is_logged(context: Context) -> None:
    def check() -> None:
        records = context.stage.the(ServiceLog).records("error")
        about = [str(record.get("reason") or "") for record in records if "backup" in record["event"]]
        assert_that("".join(about), is_not(equal_to("")), "the reasons that the error log gives for the failed backup")

    patiently(check, within=timedelta(seconds=2))


@then('the backup still holds "{bundle:Text}" at {price:Money}')
def backup_holds(context: Context, bundle: str, price: Decimal) -> None:
    assert_that(context.stage.the(Stores).backup(), offers({bundle: price}), "the bundles in the backup")


@then('the backup still holds "{bundle:Text}" at {price:Money} after {span:Duration}')
def backup_still_holds(context: Context, bundle: str, price: Decimal, span: timedelta) -> None:
    throughout(lambda: backup_holds(context, bundle, price), span=span)


@then("within {limit:Duration} the backup holds {count:Count} bundles, all at {price:Money}")
def backup_holds_all_at(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    def check() -> None:
        assert_that(context.stage.the(Stores).backup_contents(), equal_to(StoreContents(count, frozenset({price}))))

    eventually(check, within=limit)


@given("an update has renewed the backup within {limit:Duration} to {count:Count} bundles, all at {price:Money}")
def update_has_renewed_backup(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    has_been_updated(context)
    backup_holds_all_at(context, limit, count, price)
