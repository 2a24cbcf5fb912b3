"""The backup file: what it holds, who renews it, and what is said when it cannot be used."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import assert_that, contains_string, equal_to, has_entry

from support.behave_runtime.gherkin import Context, given, then
from support.core.eventually import eventually
from support.systems.catalog.actors.configuration import KEEPS_BACKUP, Configuration
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.stores import StoreContents, Stores


@given("the service renews the backup")
def renews_backup(context: Context) -> None:
    context.stage.the(Configuration).restart_with(KEEPS_BACKUP)


@given("a second catalog service runs, which renews the backup too")
def second_renews_backup(context: Context) -> None:
    context.stage.the(Fleet).add(KEEPS_BACKUP)


@then('the error log says of the backup: "{reason:Text}"')
def logged_backup(context: Context, reason: str) -> None:
    def check() -> None:
        records = context.stage.the(ServiceLog).records("error")
        about = [str(record.get("reason")) for record in records if "backup" in record["event"]]
        assert_that("; ".join(about), contains_string(reason), "what the error log says of the backup")

    eventually(check, within=timedelta(seconds=2))


@then('the backup still holds "{bundle:Text}" at {price:Money}')
def backup_holds(context: Context, bundle: str, price: Decimal) -> None:
    assert_that(context.stage.the(Stores).backup(), has_entry(bundle, price), "what the backup holds")


@given("within {limit:Duration} the backup holds {count:Count} bundles, all at {price:Money}")
@then("within {limit:Duration} the backup holds {count:Count} bundles, all at {price:Money}")
def backup_holds_stock(context: Context, limit: timedelta, count: int, price: Decimal) -> None:
    def check() -> None:
        assert_that(context.stage.the(Stores).backup_contents(), equal_to(StoreContents(count, frozenset({price}))))

    eventually(check, within=limit)
