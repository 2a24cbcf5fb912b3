"""Members of clusters that fail and return, whatever the product."""

from datetime import timedelta

from support.backends.clusters.cluster import Role
from support.backends.clusters.site import Clusters
from support.clients.attempts import Worker
from support.eventually import eventually
from support.faults.desk import FaultDesk
from support.faults.model import Fault
from support.faults.struck import Struck, cut_off, strike
from support.gherkin import Context, given, then, when
from support.observers.interruption import interruption


@given("{role:Role} {fault:Trouble}")
@when("{role:Role} {fault:Trouble}")
def role_in_trouble(context: Context, role: Role, fault: Fault) -> None:
    context.stage.put(strike(context.stage.the(FaultDesk), context.stage.the(Clusters), role, fault))


@given("{role:Role} is cut off from the other members")
@when("{role:Role} is cut off from the other members")
def role_cut_off(context: Context, role: Role) -> None:
    context.stage.put(cut_off(context.stage.the(FaultDesk), context.stage.the(Clusters), role))


@when("the member that failed returns")
@when("the member that was cut off is connected again")
def struck_returns(context: Context) -> None:
    context.stage.the(FaultDesk).lift(context.stage.the(Struck).target)


@given("within {limit:Duration} what the application writes is confirmed again")
@then("within {limit:Duration} what the application writes is confirmed again")
def writes_again(context: Context, limit: timedelta) -> None:
    since, worker = context.stage.the(Struck).at, context.stage.the(Worker)
    context.stage.put(eventually(lambda: interruption(worker.so_far(), since, limit), within=limit))
