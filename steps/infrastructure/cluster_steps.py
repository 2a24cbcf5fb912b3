"""Steps that are the same for every product: members fail and return, applications write, and no confirmed write is lost."""

from collections.abc import Sequence
from datetime import timedelta

from hamcrest import empty, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently
from support.faults.desk import FaultDesk
from support.faults.model import Fault
from support.systems.infrastructure.actors.storage import Storage, Storages
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.role_faults import RoleFault, inject_by_role, partition_member, partition_one_way
from support.workload.attempts import Attempt, Worker, Workers
from support.workload.interruption import interruption
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=5)
ENOUGH = timedelta(seconds=15)


def storage(context: Context, product: str) -> Storage:
    """Return what the scenario's application stores in *product*."""
    return context.stage.the(Storages).by_product[product]


def check_none_lost(context: Context, product: str, made: Sequence[Attempt], within: timedelta | None = None) -> None:
    """Read back the values of *made* from *product*: none that was confirmed is missing, and none that was refused is there.

    *within* is how soon it has to answer, if that was promised.
    """
    stored = storage(context, product)
    wait = eventually if within else patiently
    found = wait(lambda: stored.held(made), within=within or SOON)
    ledger = context.stage.put(loss_ledger("values", made, product, found))
    assert_that(ledger.lost(), empty(), "confirmed writes that are lost")
    if stored.refusals_have_no_effect:
        assert_that(ledger.unexpected(), empty(), "refused writes that are present")


@given("an application keeps writing to {product:Product}")
def keeps_writing(context: Context, product: str) -> None:
    context.stage.put(context.stage.the(Workers).start(storage(context, product).write_entry))


@then("no write that {product:Product} confirmed is lost")
def no_write_lost(context: Context, product: str) -> None:
    check_none_lost(context, product, context.stage.put(context.stage.the(Worker).finish()).made)


@then("within {limit:Duration} the application can read every value that {product:Product} confirmed")
def all_can_be_read(context: Context, limit: timedelta, product: str) -> None:
    check_none_lost(context, product, context.stage.put(context.stage.the(Worker).finish()).made, limit)


@given("{role:Role} {fault:Fault}")
@when("{role:Role} {fault:Fault}")
def member_fails(context: Context, role: Role, fault: Fault) -> None:
    context.stage.put(inject_by_role(context.stage.the(FaultDesk), context.stage.the(ClusterManager), role, fault))


@given("{role:Role} {fault:Fault}, and within {limit:Duration} the application's writes are confirmed again")
def member_fails_and_writes_recover(context: Context, role: Role, fault: Fault, limit: timedelta) -> None:
    member_fails(context, role, fault)
    writes_again(context, limit)


@given("{role:Role} is cut off from the other members")
@when("{role:Role} is cut off from the other members")
def member_isolated(context: Context, role: Role) -> None:
    context.stage.put(partition_member(context.stage.the(FaultDesk), context.stage.the(ClusterManager), role))


@given("{role:Role} receives nothing from the other members")
@when("{role:Role} receives nothing from the other members")
def member_receives_nothing(context: Context, role: Role) -> None:
    stage = context.stage
    stage.put(partition_one_way(stage.the(FaultDesk), stage.the(ClusterManager), role, receives=False))


@given("{role:Role} reaches none of the other members")
@when("{role:Role} reaches none of the other members")
def member_reaches_none(context: Context, role: Role) -> None:
    stage = context.stage
    stage.put(partition_one_way(stage.the(FaultDesk), stage.the(ClusterManager), role, receives=True))


@given("{count:Count} more writes of the application have been confirmed")
@when("{count:Count} more writes of the application have been confirmed")
def more_writes(context: Context, count: int) -> None:
    worker = context.stage.the(Worker)
    before = len(worker.so_far())

    def check() -> None:
        confirmed = sum(one.confirmed for one in worker.so_far()[before:])
        assert_that(confirmed, greater_than_or_equal_to(count), "confirmed writes since this step began")

    patiently(check, within=ENOUGH)


@when("the failed member returns")
@when("the isolated member is reconnected")
def member_returns(context: Context) -> None:
    context.stage.the(FaultDesk).recover(context.stage.the(RoleFault).target)


@given("within {limit:Duration} the application's writes are confirmed again")
@then("within {limit:Duration} the application's writes are confirmed again")
def writes_again(context: Context, limit: timedelta) -> None:
    since, worker = context.stage.the(RoleFault).at, context.stage.the(Worker)
    context.stage.put(eventually(lambda: interruption(worker.so_far(), since, limit), within=limit))


@given("within {limit:Duration} the application's writes are confirmed again, and {count:Count} more follow")
def writes_continue(context: Context, limit: timedelta, count: int) -> None:
    writes_again(context, limit)
    more_writes(context, count)
