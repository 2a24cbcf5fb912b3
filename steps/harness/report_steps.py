"""What the suite publishes for readers: the report of a run, and the trends over several runs."""

from decimal import Decimal

from hamcrest import contains_string, equal_to, has_item, has_length, matches_regexp

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.systems.harness.actors.newcomer import Newcomer, Reading
from support.systems.harness.actors.next_release import NextRelease, TrendsPage
from support.systems.harness.actors.release_manager import Candidate, ReleaseManager
from support.systems.harness.actors.report_page import ReportPage, requirement_of


@when("a product owner opens the report on a candidate that {candidate:Candidate}")
def report_opened(context: Context, candidate: Candidate) -> None:
    context.stage.put(context.stage.the(ReleaseManager).open_report(candidate))


@then('the report is headed "{headline:Text}"')
def report_headed(context: Context, headline: str) -> None:
    assert_that(context.stage.the(ReportPage).headline, equal_to(headline), "the title of the report")


@then(
    'the report shows "{name:Text}" as passed for {requirement:Requirement}, '
    'with "{step:Text}" among its {count:Count} steps'
)
def shows_passed(context: Context, name: str, requirement: str, step: str, count: int) -> None:
    story, promise = context.stage.the(ReportPage).story(name), requirement_of(requirement)
    assert_that(story.outcome, equal_to("passed"), f"the outcome of {name!r}")
    assert_that(story.text, contains_string(f"{requirement} {promise.title}. {promise.value}"))
    assert_that(story.steps, has_item(step))
    assert_that(story.steps, has_length(count))


@then('the report shows "{name:Text}" as failed, where {expected:Money} was expected and {seen:Money} was seen')
def shows_failed(context: Context, name: str, expected: Decimal, seen: Decimal) -> None:
    story = context.stage.the(ReportPage).story(name)
    assert_that(story.outcome, equal_to("failed"), f"the outcome of {name!r}")
    assert_that(story.error, matches_regexp(f"expected .*{expected} EUR; seen: .*{seen} EUR"))


@then('the report shows for "{name:Text}" when "{fault:Text}" was felt, with a picture')
def shows_evidence(context: Context, name: str, fault: str) -> None:
    story = context.stage.the(ReportPage).story(name)
    assert_that(story.text, matches_regexp(rf"{fault}: felt after .+ in force, healed after \d"))
    assert_that(story.picture_text, contains_string(fault))


@when("a newcomer on a bare machine opens the report on a candidate that {candidate:Candidate}")
def newcomer_reads(context: Context, candidate: Candidate) -> None:
    context.stage.put(context.stage.the(Newcomer).read_report(candidate))


@then('the newcomer reads at once "{verdict:Text}"')
def read_at_once(context: Context, verdict: str) -> None:
    assert_that(context.stage.the(Reading).at_once, contains_string(verdict), "what is on the telephone's screen")


@then('the newcomer finds "{name:Text}" without a click, with {price:Money} expected and a picture')
def found_without_click(context: Context, name: str, price: Decimal) -> None:
    reading = context.stage.the(Reading)
    assert_that(reading.unopened, matches_regexp(rf"{name} FAILED .*\b{price}\b"), "the report, with nothing opened")
    assert_that(" ".join(reading.pictures), contains_string(name), "the pictures")


@then('two folded sections, once opened, show the provider being asked for "{path:Text}"')
def evidence_in_two_sections(context: Context, path: str) -> None:
    reading = context.stage.the(Reading)
    assert_that(reading.unopened.count(path), equal_to(0), f"how often {path} is read with nothing opened")
    assert_that(reading.opened, contains_string(path), "the report, with the evidence opened")


@when(
    "the gate has tested a release {times:Count} times with the same result, and the next time it {next_release:NextRelease}"
)
def next_release_tested(context: Context, times: int, next_release: NextRelease) -> None:
    run, trends = context.stage.the(ReleaseManager).test_next(next_release, times)
    context.stage.put(run)
    context.stage.put(trends)


@then('the trends page of the last {count:Count} runs shows "{warning:Text}"')
def trends_shown(context: Context, count: int, warning: str) -> None:
    assert_that(context.stage.the(TrendsPage).text, contains_string(f"Trends of all {count} runs"))
    assert_that(context.stage.the(TrendsPage).text, contains_string(warning))
