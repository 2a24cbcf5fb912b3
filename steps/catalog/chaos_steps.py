"""Random faults, and what must hold before, during and after them."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.errors import InconclusiveError
from support.core.eventually import patiently
from support.faults.desk import FaultDesk
from support.measure.recovery_clock import wait_for_recovery
from support.reporting.evidence import attach_text
from support.systems.catalog.actors.continuous_visits import ContinuousVisits
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import longest_wait
from support.systems.catalog.chaos_menu import EVERYTHING, PROVIDER_ALONE
from support.systems.catalog.chaos_runner import ChaosRun, ChaosRunner
from support.systems.catalog.observers.answers_under_fault import AnswersUnderFault
from support.systems.catalog.observers.consistency import torn
from support.systems.catalog.observers.steady_state import SteadyState

SOON = timedelta(seconds=10)


@given("the system is in its steady state")
def steady_before(context: Context) -> None:
    patiently(context.stage.the(SteadyState).must_hold_before, within=SOON)


@given("{count:Count} shoppers keep opening the catalog, and try the other service when one does not answer")
def keep_coming_to_both(context: Context, count: int) -> None:
    context.stage.the(ContinuousVisits).begin(count, context.stage.the(Fleet).urls)


@given("the provider fails at random for {span:Duration}, while updates follow one another")
@when("the provider fails at random for {span:Duration}, while updates follow one another")
def provider_fails_at_random(context: Context, span: timedelta) -> None:
    series = context.stage.put(context.stage.the(ChaosRunner).run_random(PROVIDER_ALONE, span))
    context.stage.put(series.ledger)
    attach_text("The planned faults", str(series))


@when("the provider, the services and the stores fail at random for {span:Duration}, while updates follow one another")
def all_parts_fail_at_random(context: Context, span: timedelta) -> None:
    series = context.stage.put(context.stage.the(ChaosRunner).run_random(EVERYTHING, span))
    context.stage.put(series.ledger)
    attach_text("The planned faults", str(series))


@when("the journal's faults are replayed")
def faults_are_replayed(context: Context) -> None:
    context.stage.put(context.stage.the(ChaosRunner).replay())


@then("within {limit:Duration} the system is in its steady state again")
def steady_after(context: Context, limit: timedelta) -> None:
    start, steady_state = context.stage.the(ChaosRun).relief, context.stage.the(SteadyState)
    context.stage.put(
        wait_for_recovery("the system is in its steady state", start, steady_state.must_hold_again, limit)
    )


@then("at least {count:Count} visits were answered, each within {limit:Duration}")
def answers_in_time(context: Context, count: int, limit: timedelta) -> None:
    crowd = context.stage.put(context.stage.the(ContinuousVisits).end())
    answers = context.stage.put(AnswersUnderFault(crowd.visits, context.stage.the(FaultDesk).injected))
    attach_text("What was checked", str(answers))
    if len(crowd.visits) < count:
        raise InconclusiveError(f"only {answers}")
    assert_at_most(longest_wait(crowd.visits), limit, "the longest wait of a visitor")


@then("each answer showed one version of the catalog, or asked to come back shortly because every source was down")
def answers_or_refusals_are_sound(context: Context) -> None:
    answers = context.stage.the(AnswersUnderFault)
    assert_that(answers.unanswered(), empty(), "visits without an answer")
    assert_that(answers.unexpected(), empty(), "answers that are neither a catalog nor a request to come back shortly")
    assert_that(torn(answers.visits), empty(), "mixtures of versions")
    answers.assert_none(AnswersUnderFault.needless_refusals, "refusals while a source was healthy")
    answers.assert_none(
        AnswersUnderFault.needless_backup_answers, "answers from the backup while a better source was healthy"
    )


@then("each answer showed one version of the catalog")
def answers_are_catalogs(context: Context) -> None:
    answers_or_refusals_are_sound(context)
    assert_that(
        [visit.status for visit in context.stage.the(AnswersUnderFault).visits if not visit.served], empty(), "refusals"
    )


@then("the same faults were injected in the same order, none of them earlier than the first time")
def same_faults_in_order(context: Context) -> None:
    first, second = (one.injected for one in context.stage.history if isinstance(one, ChaosRun))
    assert_that([one.what for one in second], equal_to([one.what for one in first]), "the faults")
    late = [again.at_s - once.at_s for once, again in zip(first, second, strict=True)]
    assert_that(min(late), greater_than_or_equal_to(-0.01), "the smallest delay of a replayed fault, in seconds")
