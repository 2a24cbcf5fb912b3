"""Members of clusters that fail and return, whatever the product."""

from datetime import timedelta

from hamcrest import assert_that, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.eventually import eventually
from support.faults.desk import FaultDesk
from support.faults.model import Fault
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.cluster_manager import ClusterManager
from support.systems.infrastructure.role_faults import RoleFault, inject_by_role, partition_member, partition_one_way
from support.workload.attempts import Worker
from support.workload.interruption import interruption

ENOUGH = timedelta(seconds=15)


@given("{role:Role} {fault:Fault}")
@when("{role:Role} {fault:Fault}")
def role_in_trouble(context: Context, role: Role, fault: Fault) -> None:
    context.stage.put(inject_by_role(context.stage.the(FaultDesk), context.stage.the(ClusterManager), role, fault))


@given("{role:Role} is cut off from the other members")
@when("{role:Role} is cut off from the other members")
def role_cut_off(context: Context, role: Role) -> None:
    context.stage.put(partition_member(context.stage.the(FaultDesk), context.stage.the(ClusterManager), role))


@given("{role:Role} hears nothing from the other members")
@when("{role:Role} hears nothing from the other members")
def role_deaf(context: Context, role: Role) -> None:
    stage = context.stage
    stage.put(partition_one_way(stage.the(FaultDesk), stage.the(ClusterManager), role, receives=False))


@given("{role:Role} is not heard by the other members")
@when("{role:Role} is not heard by the other members")
def role_mute(context: Context, role: Role) -> None:
    stage = context.stage
    stage.put(partition_one_way(stage.the(FaultDesk), stage.the(ClusterManager), role, receives=True))


@given("the application has written {count:Count} times more")
@when("the application has written {count:Count} times more")
def written_more(context: Context, count: int) -> None:
    worker = context.stage.the(Worker)
    before = len(worker.so_far())

    def check() -> None:
        confirmed = sum(one.confirmed for one in worker.so_far()[before:])
        assert_that(confirmed, greater_than_or_equal_to(count), "writes that were confirmed since")

    eventually(check, within=ENOUGH)


@when("the member that failed returns")
@when("the member that was cut off is connected again")
def struck_returns(context: Context) -> None:
    context.stage.the(FaultDesk).recover(context.stage.the(RoleFault).target)


@given("within {limit:Duration} what the application writes is confirmed again")
@then("within {limit:Duration} what the application writes is confirmed again")
def writes_again(context: Context, limit: timedelta) -> None:
    since, worker = context.stage.the(RoleFault).at, context.stage.the(Worker)
    context.stage.put(eventually(lambda: interruption(worker.so_far(), since, limit), within=limit))
