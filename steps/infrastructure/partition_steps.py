"""Applications that the network cuts off from a service."""

from datetime import timedelta

from hamcrest import (
    empty,
    equal_to,
    greater_than_or_equal_to,
    has_length,
    is_not,
    matches_regexp,
)

from steps.infrastructure.cluster_steps import keeps_writing, storage
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.eventually import patiently
from support.faults.desk import FaultDesk
from support.measure.ledger import Fate
from support.measure.recovery_clock import RecoveryStart, wait_for_recovery
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.role_faults import ApplicationPartition, partition_application
from support.workload.attempts import Attempts, Worker, timed

SOON = timedelta(seconds=5)
TIMED_OUT = "(?i)in time|time.?out|timed out|deadline exceeded"  # as client libraries word it


@given("the application is cut off from {product:Product}")
def application_cut_off(context: Context, product: str) -> None:
    context.stage.put(partition_application(context.stage.the(FaultDesk), context.stage.the(ClusterManager), product))


@given("an application that keeps writing to {product:Product} is cut off from it until {count:Count} write fails")
@given("an application that keeps writing to {product:Product} is cut off from it until {count:Count} writes fail")
def cut_off_while_writing(context: Context, product: str, count: int) -> None:
    keeps_writing(context, product)
    application_cut_off(context, product)
    worker, since = context.stage.the(Worker), context.stage.the(ApplicationPartition).at

    def check() -> None:
        failed = [one for one in worker.so_far() if one.why and one.ended > since]
        assert_that(len(failed), greater_than_or_equal_to(count), "failed writes since the application was cut off")

    patiently(check, within=SOON * 2)


@when("the application writes to {product:Product} and reads from it {count:Count} times each")
def writes_and_reads(context: Context, product: str, count: int) -> None:
    stored = storage(context, product)
    calls = [timed(call, number) for number in range(count) for call in (stored.write_entry, stored.read_entry)]
    context.stage.put(Attempts(tuple(calls)))


@then("each call fails within {limit:Duration} with a time-out error")
def fails_in_time(context: Context, limit: timedelta) -> None:
    for one in context.stage.the(Attempts).made:
        assert_that(one.fate, is_not(Fate.CONFIRMED), f"the result of a call about {one.what}")
        assert_that(one.why, matches_regexp(TIMED_OUT), f"the error of a call about {one.what}")
        assert_at_most(timedelta(seconds=one.took_s), limit, f"the time until a call about {one.what} failed")


@then("each call succeeds within {limit:Duration}, and all of them within {total:Duration}")
def succeeds_in_time(context: Context, limit: timedelta, total: timedelta) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "errors of the calls")
    took = [timedelta(seconds=one.took_s) for one in attempts.made]
    assert_at_most(max(took), limit, "the time that the slowest call took")
    assert_at_most(sum(took, timedelta()), total, "the time that all calls took together")


@then("within {limit:Duration} of the recovery the application's writes are confirmed again")
def confirmed_after_recovery(context: Context, limit: timedelta) -> None:
    start, worker = context.stage.the(RecoveryStart), context.stage.the(Worker)

    def check() -> None:
        since = sum(one.confirmed and one.at >= start.at for one in worker.so_far())
        assert_that(since, greater_than_or_equal_to(1), "confirmed writes since the recovery")

    context.stage.put(wait_for_recovery("the application's writes are confirmed", start, check, limit))


@then("no member was restarted")
def no_restart(context: Context) -> None:
    before = context.stage.the(ApplicationPartition).processes
    assert_that(context.stage.the(ClusterManager).process_ids(), equal_to(before), "the process ids of all members")
    assert_that(before, has_length(len(set(before))), "distinct process ids")
