"""A report, read by somebody who has nothing else."""

from hamcrest import (
    assert_that,
    contains_string,
    equal_to,
    has_item,
    has_length,
    matches_regexp,
    string_contains_in_order,
)

from support.clients.promises import Gap
from support.clients.release_manager import ReleaseManager
from support.clients.report_reader import Report
from support.gherkin import Context, then, when


@when("a release is judged with a report, and {gap:Gap}")
def judged_with_report(context: Context, gap: Gap) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_with_report(gap))


@then('the report is headed "{title:Text}"')
def report_is_headed(context: Context, title: str) -> None:
    assert_that(context.stage.the(Report).title, equal_to(title))


@then('it says that "{promise:Text}" was asked by {count:Count} steps, such as "{step:Text}"')
def says_what_was_asked(context: Context, promise: str, count: int, step: str) -> None:
    report = context.stage.the(Report)
    assert_that(report.asked, contains_string(promise))
    assert_that(report.steps, has_item(step))
    assert_that(report.steps, has_length(count))


@then('it has a receipt for the fault "{fault:Text}"')
def has_receipt(context: Context, fault: str) -> None:
    told = context.stage.the(Report).evidence.get("Faults in force", "")
    assert_that(told, matches_regexp(f"{fault} .* yes$"), "what the report says of faults in force")


@then('it says that "{expected:Text}" was expected, but "{seen:Text}" was seen')
def says_what_was_seen(context: Context, expected: str, seen: str) -> None:
    assert_that(context.stage.the(Report).seen, string_contains_in_order("Expected:", expected, "but:", seen))


@then('its "{evidence:Text}" shows "{words:Text}" and "{more:Text}"')
def evidence_shows(context: Context, evidence: str, words: str, more: str) -> None:
    shown = context.stage.the(Report).evidence.get(evidence, "")
    for expected in (words, more):
        assert_that(shown, contains_string(expected), f"what {evidence!r} shows")
