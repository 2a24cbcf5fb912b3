"""The same link broken by two fault proxies, ours and Toxiproxy; a stranger tries both ways."""

from datetime import timedelta

from hamcrest import assert_that, equal_to, greater_than_or_equal_to, less_than_or_equal_to, only_contains

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.target import Target
from support.faults.model import Fault
from support.systems.harness.actors.caller import Caller, Calls, CallsByWay, Notice
from support.systems.harness.fault_proxy_conformance import Conformance


@given("our fault proxy and Toxiproxy each lead to {target:Target}")
def both_lead_to(context: Context, target: Target) -> None:
    context.stage.the(Conformance).lead_to(target)


@given("by either way {target:Target} {fault:Fault}")
def broken_either_way(context: Context, target: Target, fault: Fault) -> None:
    context.stage.the(Conformance).strike(target, fault)


@when("somebody calls {target:Target} {count:Count} times by either way")
def calls_often_either_way(context: Context, target: Target, count: int) -> None:
    caller = context.stage.the(Caller)
    ways = context.stage.the(Conformance).entries.items()
    context.stage.put(
        CallsByWay({way: Calls(tuple(caller.at(target, entry) for _ in range(count))) for way, entry in ways})
    )


@when("somebody calls {target:Target} by either way")
def calls_either_way(context: Context, target: Target) -> None:
    calls_often_either_way(context, target, 1)


@then("either caller {notice:Notice}")
def either_notices(context: Context, notice: Notice) -> None:
    for way, calls in context.stage.the(CallsByWay).by.items():
        assert_that(
            [call.notice for call in calls.made], only_contains(notice), f"what was noticed by way of {way}: {calls}"
        )


@then("either caller {notice:Notice} for {span:Duration}")
@then("either caller {notice:Notice} after {span:Duration} or more")
def either_notices_after(context: Context, notice: Notice, span: timedelta) -> None:
    either_notices(context, notice)
    for way, calls in context.stage.the(CallsByWay).by.items():
        quickest = min(call.took_s for call in calls.made)
        assert_that(quickest, greater_than_or_equal_to(span.total_seconds()), f"seconds by way of {way}")


@then("once both ways to {target:Target} are mended, either caller is answered")
def answered_once_mended(context: Context, target: Target) -> None:
    context.stage.the(Conformance).mend()
    calls_either_way(context, target)
    either_notices(context, Notice.ANSWERED)


@then("by either way from {least:Count} to {most:Count} of the calls were cut off, and all others answered")
def some_cut_off_either_way(context: Context, least: int, most: int) -> None:
    for way, calls in context.stage.the(CallsByWay).by.items():
        cut, answered = calls.count(Notice.CUT_OFF), calls.count(Notice.ANSWERED)
        assert_that(cut, greater_than_or_equal_to(least), f"calls that {way} cut off")
        assert_that(cut, less_than_or_equal_to(most), f"calls that {way} cut off")
        assert_that(cut + answered, equal_to(len(calls.made)), f"calls by way of {way}")
