"""The same link fault through the suite's own fault proxy and through Toxiproxy, as a caller observes it."""

from datetime import timedelta

from hamcrest import equal_to, greater_than_or_equal_to, less_than_or_equal_to, only_contains

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.faults.model import Fault
from support.systems.harness.actors.caller import Caller, CallOutcome, Calls, CallsByProxy
from support.systems.harness.fault_proxy_conformance import BothFaultProxies


@given("through either fault proxy, {target:Target} {fault:Fault}")
def fault_through_both(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(BothFaultProxies).inject(target, fault)


@when("a caller calls {target:Target} {count:Count} times through either fault proxy")
def calls_through_both(context: Context, target: Target, count: int) -> None:
    caller = context.stage.the(Caller)
    entries = context.stage.the(BothFaultProxies).entries.items()
    context.stage.put(
        CallsByProxy({proxy: Calls(tuple(caller.at(target, entry) for _ in range(count))) for proxy, entry in entries})
    )


@when("a caller calls {target:Target} through either fault proxy")
def call_through_both(context: Context, target: Target) -> None:
    calls_through_both(context, target, 1)


@when("both fault proxies lift the fault")
def both_lift(context: Context) -> None:
    context.stage.the(BothFaultProxies).recover()


@then("through either fault proxy, the caller {outcome:CallOutcome}")
def caller_observes(context: Context, outcome: CallOutcome) -> None:
    for proxy, calls in context.stage.the(CallsByProxy).by_name.items():
        assert_that(
            [call.outcome for call in calls.made], only_contains(outcome), f"the outcomes through {proxy}: {calls}"
        )


@then("through either fault proxy, the caller {outcome:CallOutcome} for {span:Duration}")
@then("through either fault proxy, the caller {outcome:CallOutcome} after {span:Duration} or more")
def caller_observes_after(context: Context, outcome: CallOutcome, span: timedelta) -> None:
    caller_observes(context, outcome)
    for proxy, calls in context.stage.the(CallsByProxy).by_name.items():
        quickest = min(call.took_s for call in calls.made)
        assert_that(quickest, greater_than_or_equal_to(span.total_seconds()), f"seconds per call through {proxy}")


@then("a caller of {target:Target} is answered through either fault proxy")
def caller_is_answered(context: Context, target: Target) -> None:
    call_through_both(context, target)
    caller_observes(context, CallOutcome.ANSWERED)


@then(
    "through either fault proxy, from {least:Count} to {most:Count} of the calls were cut off, and all others answered"
)
def some_cut_off(context: Context, least: int, most: int) -> None:
    for proxy, calls in context.stage.the(CallsByProxy).by_name.items():
        cut, answered = calls.count(CallOutcome.CUT_OFF), calls.count(CallOutcome.ANSWERED)
        assert_that(cut, greater_than_or_equal_to(least), f"calls that {proxy} cut off")
        assert_that(cut, less_than_or_equal_to(most), f"calls that {proxy} cut off")
        assert_that(cut + answered, equal_to(len(calls.made)), f"calls that were cut off or answered through {proxy}")
