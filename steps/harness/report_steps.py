"""What the suite leaves for people to read: the report of a run, and the trends over runs."""

from decimal import Decimal

from hamcrest import assert_that, contains_string, equal_to, has_item, has_length, matches_regexp

from support.behave_runtime.gherkin import Context, then, when
from support.systems.harness.actors.next_release import NextRelease, TrendsPage
from support.systems.harness.actors.release_manager import Candidate, ReleaseManager
from support.systems.harness.actors.report_page import ReportPage, promised_by


@when("a product owner opens the report on a candidate that {candidate:Candidate}")
def report_opened(context: Context, candidate: Candidate) -> None:
    context.stage.put(context.stage.the(ReleaseManager).read_report(candidate))


@then('the report is headed "{headline:Text}"')
def report_headed(context: Context, headline: str) -> None:
    assert_that(context.stage.the(ReportPage).headline, equal_to(headline))


@then('it tells what {requirement:Requirement} promises by "{name:Text}", and what that is worth')
def tells_promise(context: Context, requirement: str, name: str) -> None:
    promised = promised_by(requirement)
    told = context.stage.the(ReportPage).story(name).told
    assert_that(told, contains_string(f"{requirement} {promised.title}. {promised.value}"))


@then('it shows "{name:Text}" as passed, with "{step:Text}" among its {count:Count} steps')
def shows_passed(context: Context, name: str, step: str, count: int) -> None:
    story = context.stage.the(ReportPage).story(name)
    assert_that(story.outcome, equal_to("passed"))
    assert_that(story.steps, has_item(step))
    assert_that(story.steps, has_length(count))


@then('it shows "{name:Text}" as failed, where {expected:Money} was expected and {seen:Money} was seen')
def shows_failed(context: Context, name: str, expected: Decimal, seen: Decimal) -> None:
    story = context.stage.the(ReportPage).story(name)
    assert_that(story.outcome, equal_to("failed"))
    assert_that(story.error, matches_regexp(f"Expected: .*<{expected}>.*but: .*<{seen}>"))


@then('it shows by "{name:Text}" how "{fault:Text}" was felt, with a picture')
def shows_evidence(context: Context, name: str, fault: str) -> None:
    story = context.stage.the(ReportPage).story(name)
    assert_that(story.told, matches_regexp(rf"{fault}: felt after .+ in force, healed after \d"))
    assert_that(story.pictured, contains_string(fault))


@when("a release has been judged {times:Count} times, always alike, and the next one {next_release:NextRelease}")
def next_judged(context: Context, times: int, next_release: NextRelease) -> None:
    judgement, trends = context.stage.the(ReleaseManager).judge_next(next_release, times)
    context.stage.put(judgement)
    context.stage.put(trends)


@then('the page of trends, of the last {count:Count} runs, tells "{warning:Text}"')
def trends_told(context: Context, count: int, warning: str) -> None:
    assert_that(context.stage.the(TrendsPage).text, contains_string(f"The last {count} of {count} runs"))
    assert_that(context.stage.the(TrendsPage).text, contains_string(warning))
