"""Memory of the service itself: what an update that finds too little of it says, and what it leaves behind."""

from datetime import timedelta

from hamcrest import assert_that, equal_to, none, not_none

from support.behave_runtime.gherkin import Context, then
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.observers.service_log import ServiceLog
from support.systems.catalog.observers.stores import Stores


@then("the update stopped for want of memory, and the error log says so")
def stopped(context: Context) -> None:
    update = context.stage.the(Update)
    assert_that(update.error, equal_to("memory"), f"why {update} ended as it did")
    told = [record for record in context.stage.the(ServiceLog).records("error") if "memory" in record["event"]]
    assert_that(next(iter(told), None), not_none(), "what the error log says of memory")


@then("nobody holds the lock")
def lock_is_free(context: Context) -> None:
    assert_that(context.stage.the(Stores).lock_holder(), none(), "the holder of the lock")


@then("within {limit:Duration} of it nobody holds the lock")
def lock_is_free_soon(context: Context, limit: timedelta) -> None:
    start = context.stage.the(RecoveryStart)
    context.stage.put(wait_for_recovery("nobody holds the lock", start, lambda: lock_is_free(context), limit))
