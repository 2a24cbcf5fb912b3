"""Applications that are cut off from what they use."""

from datetime import timedelta

from hamcrest import (
    assert_that,
    empty,
    equal_to,
    greater_than_or_equal_to,
    has_length,
    is_not,
    less_than_or_equal_to,
    matches_regexp,
)

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.eventually import eventually
from support.faults.desk import FaultDesk
from support.measure.ledger import Fate
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.infrastructure.actors.applications import Applications
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.role_faults import ApplicationPartition, partition_application
from support.workload.attempts import Attempts, Worker, Workers
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=5)


@given("an application keeps writing to {product:Product}, without a pause")
def keeps_writing(context: Context, product: str) -> None:
    write = context.stage.the(Applications).writer(product)
    context.stage.put(context.stage.the(Workers).start(write))


@given("the application is cut off from {product:Product}")
@when("the application is cut off from {product:Product}")
def cut_off(context: Context, product: str) -> None:
    context.stage.put(partition_application(context.stage.the(FaultDesk), context.stage.the(ClusterManager), product))


@given("it has been told so {count:Count} time")
@given("it has been told so {count:Count} times")
def told_so(context: Context, count: int) -> None:
    worker, since = context.stage.the(Worker), context.stage.the(ApplicationPartition).at

    def check() -> None:
        told = [one for one in worker.so_far() if one.why and one.ended > since]
        assert_that(len(told), greater_than_or_equal_to(count), "writes that failed")

    eventually(check, within=SOON * 2)


@when("it writes to {product:Product} {count:Count} times")
def writes(context: Context, product: str, count: int) -> None:
    write = context.stage.the(Applications).writer(product)
    context.stage.put(Attempts(tuple(write(number) for number in range(count))))


@then("each time it is told within {limit:Duration} that no answer came in time")
def told_in_time(context: Context, limit: timedelta) -> None:
    for one in context.stage.the(Attempts).made:
        assert_that(one.fate, is_not(Fate.CONFIRMED), f"what became of {one.what}")
        assert_that(one.why, matches_regexp("(?i)in time|timeout|timed out"), "what the application was told")
        assert_that(one.took_s, less_than_or_equal_to(limit.total_seconds()), "seconds until it was told")


@then("all of it is confirmed, each time within {limit:Duration}")
def confirmed_in_time(context: Context, limit: timedelta) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "why writes were not confirmed")
    longest = max(one.took_s for one in attempts.made)
    assert_that(longest, less_than_or_equal_to(limit.total_seconds()), "seconds that the slowest write took")


@then("within {limit:Duration} of that what the application writes is confirmed again")
def confirmed_after(context: Context, limit: timedelta) -> None:
    start, worker = context.stage.the(RecoveryStart), context.stage.the(Worker)

    def check() -> None:
        since = sum(one.confirmed and one.at >= start.at for one in worker.so_far())
        assert_that(since, greater_than_or_equal_to(1), "writes that were confirmed since")

    context.stage.put(wait_for_recovery("what the application writes is confirmed", start, check, limit))


@then("nothing that {product:Product} has confirmed is lost")
def nothing_lost(context: Context, product: str) -> None:
    made = context.stage.put(context.stage.the(Worker).finish()).made
    reader = context.stage.the(Applications).reader(product)
    found = eventually(lambda: reader([one.what for one in made]), within=SOON)
    assert_that(context.stage.put(loss_ledger("values", made, product, found)).lost(), empty(), "values that are lost")


@then("no member was restarted")
def nobody_restarted(context: Context) -> None:
    before = context.stage.the(ApplicationPartition).processes
    assert_that(context.stage.the(ClusterManager).process_ids(), equal_to(before), "the processes of all members")
    assert_that(before, has_length(len(set(before))), "processes")
