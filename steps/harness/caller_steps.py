"""What an ordinary caller observes of links and processes while a fault is in force, and afterwards."""

from datetime import timedelta

from hamcrest import equal_to, greater_than_or_equal_to, less_than_or_equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.systems.harness.actors.caller import Call, Caller, CallOutcome, Calls


@when("a caller calls {target:Target}")
def caller_calls(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Caller).through_link(target))


@when("a caller calls {target:Target} directly")
def caller_calls_directly(context: Context, target: Target) -> None:
    context.stage.put(context.stage.the(Caller).directly(target))


@when("a caller calls {target:Target} {count:Count} times")
def caller_calls_often(context: Context, target: Target, count: int) -> None:
    context.stage.put(Calls(tuple(context.stage.the(Caller).through_link(target) for _ in range(count))))


@then("the caller {outcome:CallOutcome}")
def caller_observes(context: Context, outcome: CallOutcome) -> None:
    call = context.stage.the(Call)
    assert_that(call.outcome, equal_to(outcome), f"the outcome of {call}")


@then("the caller {outcome:CallOutcome} for {span:Duration}")
@then("the caller {outcome:CallOutcome} within {span:Duration}")
@then("the caller {outcome:CallOutcome} after {span:Duration} or more")
def caller_observes_after(context: Context, outcome: CallOutcome, span: timedelta) -> None:
    caller_observes(context, outcome)
    took = context.stage.the(Call).took_s
    assert_that(took, greater_than_or_equal_to(span.total_seconds()), "seconds until the call ended")


@then("a caller of {target:Target} is answered")
def caller_is_answered(context: Context, target: Target) -> None:
    caller_calls_directly(context, target)
    caller_observes(context, CallOutcome.ANSWERED)


@then("from {least:Count} to {most:Count} of the calls were cut off")
def some_cut_off(context: Context, least: int, most: int) -> None:
    cut = context.stage.the(Calls).count(CallOutcome.CUT_OFF)
    assert_that(cut, greater_than_or_equal_to(least), "calls that were cut off")
    assert_that(cut, less_than_or_equal_to(most), "calls that were cut off")


@then("all other calls were answered")
def others_answered(context: Context) -> None:
    calls = context.stage.the(Calls)
    known = calls.count(CallOutcome.CUT_OFF) + calls.count(CallOutcome.ANSWERED)
    assert_that(known, equal_to(len(calls.made)), "calls that were cut off or answered")
