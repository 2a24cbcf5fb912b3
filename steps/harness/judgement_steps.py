"""The suite judged by its own command while something is wrong with it."""

from hamcrest import assert_that, contains_string, empty, equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.systems.harness.actors.release_manager import Aftermath, Candidate, Judgement, Outcomes, ReleaseManager
from support.systems.harness.actors.sample_release import Gap
from support.systems.harness.harness_failures import Mishap


@when("a release is judged")
def judged(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_while(Mishap.NONE))


@when("a release is judged while {mishap:Mishap}")
def judged_while(context: Context, mishap: Mishap) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_while(mishap))


@when("a release is judged, and {gap:Gap}")
def judged_with(context: Context, gap: Gap) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_with(gap))


@then('the verdict is "{word:Text}"')
def verdict_is(context: Context, word: str) -> None:
    judgement = context.stage.the(Judgement)
    assert_that(judgement.word, equal_to(word), f"the verdict, of which was said: {judgement.said}")


@then('the reason given is "{reason:Text}"')
def reason_given(context: Context, reason: str) -> None:
    assert_that(" ".join(context.stage.the(Judgement).said.split()), contains_string(reason))


@when('a catalog that "{variant:Text}" is judged by "{scenario:Text}" alone')
def variant_judged(context: Context, variant: str, scenario: str) -> None:
    context.stage.put(context.stage.the(ReleaseManager).prove(variant, scenario))


@then('its mistake is "{word:Text}"')
def mistake_is(context: Context, word: str) -> None:
    verdict_is(context, word)


@when("a run is killed in the middle of a fault, and another one is started")
def run_is_killed(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).kill_one())


@then("no process of the killed run is left")
def no_process_left(context: Context) -> None:
    assert_that(context.stage.the(Aftermath).processes, empty(), "processes of the killed run")


@then("the other one clears what is left, and says go")
def other_clears(context: Context) -> None:
    aftermath = context.stage.the(Aftermath)
    assert_that(aftermath.next_word, equal_to("go"), "the verdict of the next run")
    assert_that(aftermath.folders, empty(), "folders of runs")


@when("a candidate is judged that {candidate:Candidate}")
def candidate_judged(context: Context, candidate: Candidate) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_candidate(candidate))


@when("a candidate is judged by its scenarios together, by each of them alone, and by two workers")
def candidate_judged_again(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).judge_again(Candidate.MISTAKEN))


@then("each scenario has come to the same outcome {count:Count} times")
def same_outcomes(context: Context, count: int) -> None:
    for scenario, outcomes in context.stage.the(Outcomes).by_scenario.items():
        assert_that(outcomes, equal_to([outcomes[0]] * count), f"what {scenario} has come to")
