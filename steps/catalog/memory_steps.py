"""A service that is short of memory: how an update fails, and whether it releases its lock."""

from datetime import timedelta
from decimal import Decimal

from hamcrest import equal_to, none, not_none

from steps.catalog.shopper_steps import see_all_soon
from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.stores import Stores


@then("the update stopped for lack of memory, and the error log says so")
def update_stopped_for_memory(context: Context) -> None:
    update = context.stage.the(Update)
    assert_that(update.error, equal_to("memory"), "why the update ended as it did")
    logged = [record for record in context.stage.the(ServiceLog).records("error") if "memory" in record["event"]]
    assert_that(next(iter(logged), None), not_none(), "the record of the lack of memory in the error log")


@then("the lock is free")
def lock_is_free(context: Context) -> None:
    assert_that(context.stage.the(Stores).lock_holder(), none(), "the holder of the lock")


@then(
    "within {limit:Duration} of the restart shoppers see all bundles at {price:Money}, "
    "and within {lock_limit:Duration} the lock is free"
)
def restarted_with_free_lock(context: Context, limit: timedelta, price: Decimal, lock_limit: timedelta) -> None:
    start = context.stage.the(RecoveryStart)
    context.stage.put(wait_for_recovery("the lock is free", start, lambda: lock_is_free(context), lock_limit))
    see_all_soon(context, limit, price)
