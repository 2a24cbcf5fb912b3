"""Dependencies that fail and recover: sentences that all systems share."""

import time
from datetime import timedelta

from hamcrest import greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.model import Fault, Outage
from support.measure.link_traffic import LinkTraffic
from support.measure.recovery_clock import RecoveryStart


@given("{target:Target} {fault:Fault}")
def inject_fault(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(FaultDesk).inject(target, fault)


@given("{targets:Targets} are down")
def targets_down(context: Context, targets: list[Target]) -> None:
    for target in targets:
        context.stage.the(FaultDesk).inject(target, Outage())


@when("{target:Target} is started again")
def target_is_started_again(context: Context, target: Target) -> None:
    context.stage.put(RecoveryStart(time.time(), f"the {target} was killed", "it was started again"))
    context.stage.the(FaultDesk).recover(target)


@when("the network heals")
def network_heals(context: Context) -> None:
    context.stage.put(RecoveryStart(time.time(), "the network was partitioned", "the network healed"))
    context.stage.the(FaultDesk).recover_all()


@when("{target:Target} recovers")
def target_recovers(context: Context, target: Target) -> None:
    context.stage.the(FaultDesk).recover(target)


@when("every part recovers")
def all_targets_recover(context: Context) -> None:
    context.stage.the(FaultDesk).recover_all()


@when("{target:Target} recovers and from then on {fault:Fault}")
def recover_and_inject_fault(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(FaultDesk).recover(target)
    context.stage.the(FaultDesk).inject(target, fault)


@then("within {limit:Duration} the service has tried to reach {target:Target} {count:Count} more times")
def service_tried_again(context: Context, limit: timedelta, count: int, target: Target) -> None:
    traffic = context.stage.the(LinkTraffic)
    before = traffic.connections(target)

    def check() -> None:
        tried = traffic.connections(target) - before
        assert_that(tried, greater_than_or_equal_to(count), f"new connections to the {target}")

    eventually(check, within=limit)
