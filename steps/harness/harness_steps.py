"""The suite itself: faults as a stranger notices them, and what becomes of faults without a receipt."""

import time
from datetime import timedelta

from hamcrest import (
    assert_that,
    contains_string,
    equal_to,
    greater_than_or_equal_to,
    has_key,
    is_not,
    less_than_or_equal_to,
)

from support.behave_runtime.gherkin import Context, then, when
from support.core.target import Target
from support.faults.desk import FaultDesk
from support.faults.injectors.process import start_again
from support.faults.model import Fault, Freeze, LostData, Outage
from support.measure.recovery import Restart
from support.measure.recovery_clock import RecoveryStart
from support.systems.catalog.environment.site import Site
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.targets import BACKUP, PROVIDER, SAVED_COPY
from support.systems.harness.actors.caller import Call, Caller, Calls, Notice
from support.systems.harness.desk_self_test import Doubt, Rehearsal
from support.systems.harness.journal_reader import Chronicle


@when("somebody calls {target:Target}")
def somebody_calls(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Caller).through_link(target))


@when("somebody calls {target:Target} itself")
def somebody_calls_itself(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Caller).itself(target))


@when("somebody calls {target:Target} {count:Count} times")
def somebody_calls_often(context: Context, target: Target, count: int) -> None:
    context.stage.put(Calls(tuple(context.stage.the(Caller).through_link(target) for _ in range(count))))


@then("the caller {notice:Notice}")
def caller_notices(context: Context, notice: Notice) -> None:
    assert_that(
        context.stage.the(Call).notice, equal_to(notice), f"what the caller noticed in {context.stage.the(Call)}"
    )


@then("the caller {notice:Notice} for {span:Duration}")
@then("the caller {notice:Notice} within {span:Duration}")
@then("the caller {notice:Notice} after {span:Duration} or more")
def caller_notices_after(context: Context, notice: Notice, span: timedelta) -> None:
    caller_notices(context, notice)
    took = context.stage.the(Call).took_s
    assert_that(took, greater_than_or_equal_to(span.total_seconds()), "seconds until the caller knew")


@then("once {target:Target} has recovered, a caller is answered")
def answered_once_recovered(context: Context, target: Target) -> None:
    context.stage.the(FaultDesk).recover(target)
    is_answered(context, target)


@then("a caller of {target:Target} is answered")
def is_answered(context: Context, target: Target) -> None:
    somebody_calls_itself(context, target)
    caller_notices(context, Notice.ANSWERED)


@then("from {least:Count} to {most:Count} of the calls were cut off")
def some_cut_off(context: Context, least: int, most: int) -> None:
    cut = context.stage.the(Calls).count(Notice.CUT_OFF)
    assert_that(cut, greater_than_or_equal_to(least), "calls that were cut off")
    assert_that(cut, less_than_or_equal_to(most), "calls that were cut off")


@then("all other calls were answered")
def others_answered(context: Context) -> None:
    calls = context.stage.the(Calls)
    assert_that(calls.count(Notice.CUT_OFF) + calls.count(Notice.ANSWERED), equal_to(len(calls.made)), "calls")


@when("{target:Target} is killed and started again")
def killed_and_started(context: Context, target: Target) -> None:
    part = context.stage.the(Site).parts[target]
    before, at = part.pid, time.time()
    part.kill()
    start_again(target, part)
    context.stage.put(Restart(target, before, at, time.time() - at))
    context.stage.put(RecoveryStart(at, f"the {target} was killed", "it was killed"))


@then("{target:Target} is another process than before")
def another_process(context: Context, target: Target) -> None:
    before = context.stage.the(Restart)
    assert_that(context.stage.the(Site).parts[target].pid, is_not(before.pid), f"the process of the {target}")


@when("{target:Target} is broken by a tool that does nothing, so that it {fault:Fault}")
def broken_by_nothing(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(Rehearsal).with_idle_tools(target, fault))


@when("{target:Target} is broken for a scenario in which nobody turns to it")
def broken_for_nobody(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Rehearsal).met_by_nobody(target))


@when("{target:Target} is broken where the system does not pass")
def broken_elsewhere(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Rehearsal).past_the_link(target))


@when("{target:Target} is broken once more, so that it {fault:Fault}")
def broken_again(context: Context, target: Target, fault: Fault) -> None:
    context.stage.put(context.stage.the(Rehearsal).ends_amid([(target, fault)]))


@when("a scenario ends while the provider is down, the saved copy freezes and the backup is gone")
def ends_amid_faults(context: Context) -> None:
    faults: list[tuple[Target, Fault]] = [
        (PROVIDER, Outage()),
        (SAVED_COPY, Freeze()),
        (BACKUP, LostData()),
    ]
    context.stage.put(context.stage.the(Rehearsal).ends_amid(faults))


@then('that is inconclusive, because "{reason:Text}"')
def inconclusive(context: Context, reason: str) -> None:
    doubt = context.stage.the(Doubt)
    assert_that(doubt.kind, equal_to("InconclusiveError"), f"how it ended: {doubt.reason}")
    assert_that(doubt.reason, contains_string(reason))


@then("that leaves no doubt")
def no_doubt(context: Context) -> None:
    assert_that(context.stage.the(Doubt).kind, equal_to(""), f"how it ended: {context.stage.the(Doubt).reason}")


@then("the backup is well again")
def backup_is_well(context: Context) -> None:
    assert_that(context.stage.the(Stores).backup(), has_key("Europe 5 GB"), "what the backup holds")


@then("the journal tells in this order that the fault was planned, felt, lifted and healed")
def journal_tells(context: Context) -> None:
    told = context.stage.the(Chronicle).faults()
    assert_that(told, equal_to(["fault-planned", "fault-felt", "fault-lifted", "fault-healed"]), "the journal")
