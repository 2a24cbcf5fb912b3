"""The fault desk under false conditions, and what it records and lifts."""

from hamcrest import contains_string, equal_to, has_key

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.faults.model import Fault, Freeze, LostData, Outage
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import BACKUP, PROVIDER, SAVED_COPY
from support.systems.harness.desk_self_test import DeskResult, DeskSelfTest
from support.systems.harness.journal_reader import JournalReader


@when("an injector without effect claims that {target:Target} {fault:Fault}")
def injector_without_effect(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(DeskSelfTest).without_effect(target, fault))


@when("{target:Target} fails in a scenario that never uses it")
def fails_without_use(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(DeskSelfTest).without_use(target))


@when("{target:Target} fails on a link that the system bypasses")
def fails_on_bypassed_link(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(DeskSelfTest).with_bypassed_link(target))


@when("a second fault is injected: {target:Target} {fault:Fault}")
def second_fault(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(DeskSelfTest).with_faults([(target, fault)]))


@when("a scenario ends while the provider is down, the saved copy freezes and the backup is lost")
def ends_during_faults(context: Context) -> None:
    faults: list[tuple[Target, Fault]] = [
        (PROVIDER, Outage()),
        (SAVED_COPY, Freeze()),
        (BACKUP, LostData()),
    ]
    context.stage.put(context.stage.the(DeskSelfTest).with_faults(faults))


@then('the result is inconclusive, because "{reason:Text}"')
def inconclusive(context: Context, reason: str) -> None:
    result = context.stage.the(DeskResult)
    assert_that(result.error, equal_to("InconclusiveError"), f"the error of the desk, with message: {result.message}")
    assert_that(result.message, contains_string(reason))


@then("every fault was lifted, and its target is healthy")
def every_fault_lifted(context: Context) -> None:
    result = context.stage.the(DeskResult)
    assert_that(result.error, equal_to(""), f"the error of the desk, with message: {result.message}")


@then('the backup holds "{bundle:Text}" again')
def backup_holds(context: Context, bundle: str) -> None:
    assert_that(context.stage.the(Stores).backup(), has_key(bundle), "the bundles in the backup")


@then("the journal records that the fault was planned, felt, lifted and healed, in this order")
def journal_records(context: Context) -> None:
    events = context.stage.the(JournalReader).fault_events()
    assert_that(events, equal_to(["fault-planned", "fault-felt", "fault-lifted", "fault-healed"]), "the journal")
