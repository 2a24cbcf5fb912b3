"""The numbers of updates (fences), by which the stores tell an update that comes too late; read from the stores."""

from datetime import timedelta

from hamcrest import greater_than, only_contains

from steps.catalog.update_steps import has_been_updated
from steps.common.dependency_steps import inject_fault
from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.faults.model import LostData
from support.systems.catalog.data.catalog_seed import CatalogSeed, LastNumber
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import SAVED_COPY


@given("the catalog has been updated, and since then the saved copy has lost its data")
def number_is_lost(context: Context) -> None:
    has_been_updated(context)
    context.stage.put(LastNumber(max(context.stage.the(Stores).numbers())))
    inject_fault(context, SAVED_COPY, LostData())


@given("the clock of the saved copy has been set back by {span:Duration} since the last update")
def clock_was_set_back(context: Context, span: timedelta) -> None:
    context.stage.put(context.stage.the(CatalogSeed).last_number_is_ahead(span))


@then("the saved copy and the database hold a higher number than that of the update before")
def number_is_higher(context: Context) -> None:
    last = context.stage.the(LastNumber).value
    assert_that(context.stage.the(Stores).numbers(), only_contains(greater_than(last)), "the numbers in both stores")
