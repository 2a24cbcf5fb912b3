"""Faults in the middle of an update, and how the interrupted update ends."""

from hamcrest import equal_to, is_in

from steps.catalog.fleet_steps import second_service_runs
from steps.catalog.instance_steps import patient_service_runs
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.faults.model import Fault
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.running_update import RunningUpdate
from support.systems.catalog.mid_update_faults import MidUpdateFaults
from support.systems.catalog.targets import SECOND_CATALOG


@given("{target:Target} {fault:Fault} while it is fetching an update")
def fault_while_fetching(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).inject_while_fetching(target, fault))


@given("{target:Target} {fault:Fault} at a random moment while it fetches {pages:Count} pages of an update")
def fault_while_requesting_pages(context: Context, target: Target, fault: Fault, pages: int) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).inject_while_requesting(target, fault, pages))


@given("{target:Target} {fault:Fault} at a random moment while it stores {bundles:Count} bundles of an update")
def fault_while_copying(context: Context, target: Target, fault: Fault, bundles: int) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).inject_while_copying(target, fault, bundles))


@given("{target:Target} {fault:Fault} while it is storing an update")
@given("{target:Target} {fault:Fault} while an update is being stored")
def fault_while_storing(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(MidUpdateFaults).inject_while_storing(target, fault))


@given("a second catalog service with long time-outs {fault:Fault} while it is fetching an update")
def patient_second_service_fails_while_fetching(context: Context, fault: Fault) -> None:
    patient_service_runs(context)
    fault_while_fetching(context, SECOND_CATALOG, fault)


@given("a second catalog service {fault:Fault} while it is storing an update")
def second_service_fails_while_storing(context: Context, fault: Fault) -> None:
    second_service_runs(context)
    fault_while_storing(context, SECOND_CATALOG, fault)


@when("the interrupted update ends")
def interrupted_ends(context: Context) -> None:
    context.stage.put(context.stage.the(RunningUpdate).ended())


@then("an update completed, and that of the second catalog service stored nothing new")
def second_update_stored_nothing(context: Context) -> None:
    assert_that(context.stage.the(Update).status, equal_to("completed"), "how the last update ended")
    update = context.stage.put(context.stage.the(RunningUpdate).ended())
    assert_that(update.status, is_in(["failed", "fallback"]), "how the update ended")


@then("the update of the second catalog service was refused because another had taken over")
def second_update_was_superseded(context: Context) -> None:
    update = context.stage.put(context.stage.the(RunningUpdate).ended())
    assert_that(update.error, equal_to("superseded"), "why the update ended as it did")
