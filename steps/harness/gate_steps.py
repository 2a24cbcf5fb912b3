"""The real gate in nested runs: on releases and candidates, and while a part of the suite fails."""

from hamcrest import contains_string, empty, equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.systems.harness.actors.release_manager import (
    Candidate,
    GateRun,
    KilledRun,
    ReleaseManager,
    RepeatedOutcomes,
)
from support.systems.harness.actors.sample_release import SampleRelease
from support.systems.harness.harness_failures import HarnessFailure


@when("the gate tests a release")
def release_tested(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).test_release())


@when("the gate tests a release while {failure:HarnessFailure}")
def release_tested_while(context: Context, failure: HarnessFailure) -> None:
    context.stage.put(context.stage.the(ReleaseManager).test_release(failure))


@when("the gate tests a release {release:SampleRelease}")
def sample_release_tested(context: Context, release: SampleRelease) -> None:
    context.stage.put(context.stage.the(ReleaseManager).test_sample(release))


@then('the verdict is "{word:Text}"')
def verdict_is(context: Context, word: str) -> None:
    run = context.stage.the(GateRun)
    assert_that(run.verdict, equal_to(word), f"the verdict of a run with this output: {run.output}")


@then('the reason contains "{reason:Text}"')
def reason_contains(context: Context, reason: str) -> None:
    assert_that(" ".join(context.stage.the(GateRun).output.split()), contains_string(reason), "the output of the gate")


@when('the kill matrix runs only "{scenario:Text}" on the variant "{variant:Text}"')
def kill_matrix_run(context: Context, scenario: str, variant: str) -> None:
    context.stage.put(context.stage.the(ReleaseManager).run_kill_matrix(variant, scenario))


@then('the mistake is "{word:Text}"')
def mistake_is(context: Context, word: str) -> None:
    verdict_is(context, word)


@when("a run is killed while a fault is in force, and another run starts")
def run_is_killed(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).kill_run())


@then("no process of the killed run is left")
def no_process_left(context: Context) -> None:
    assert_that(context.stage.the(KilledRun).processes, empty(), "processes of the killed run")


@then('the next run removes what is left, and ends with "{word:Text}"')
def next_run_removes(context: Context, word: str) -> None:
    killed = context.stage.the(KilledRun)
    assert_that(killed.next_verdict, equal_to(word), "the verdict of the next run")
    assert_that(killed.folders, empty(), "folders of runs that are left")


@when("the gate tests a candidate that {candidate:Candidate}")
def candidate_tested(context: Context, candidate: Candidate) -> None:
    context.stage.put(context.stage.the(ReleaseManager).test_candidate(candidate))


@when("the gate runs a candidate's scenarios together, then one by one, then on two workers")
def candidate_tested_repeatedly(context: Context) -> None:
    context.stage.put(context.stage.the(ReleaseManager).test_repeatedly(Candidate.DEFECTIVE))


@then("each scenario has had the same outcome {count:Count} times")
def same_outcomes(context: Context, count: int) -> None:
    for scenario, outcomes in context.stage.the(RepeatedOutcomes).by_scenario.items():
        assert_that(outcomes, equal_to([outcomes[0]] * count), f"the outcomes of {scenario}")
