"""What shoppers see while the catalog is updated."""

from hamcrest import empty, equal_to, greater_than_or_equal_to, only_contains

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.measure.ledger import Fate, Ledger
from support.reporting.evidence import attach_text
from support.systems.catalog.actors.search_during_updates import SearchDuringUpdates
from support.systems.catalog.crash_during_updates import CrashDuringUpdates
from support.systems.catalog.observers.consistency import SearchHistory


@when("{shoppers:Count} shoppers search while updates follow one another, until they have {count:Count} answers")
def search_while_updating(context: Context, shoppers: int, count: int) -> None:
    history = context.stage.put(context.stage.the(SearchDuringUpdates).until(count, shoppers))
    attach_text("What was checked", str(history))


@when("updates follow one another, and the database, then the second catalog service are killed in the middle of one")
def crash_database_then_service(context: Context) -> None:
    context.stage.put(context.stage.the(CrashDuringUpdates).crash_database_then_second_service())


@when(
    "updates follow one another, and the catalog service is killed and started again in the middle of {times:Count} of them"
)
def kill_service_repeatedly(context: Context, times: int) -> None:
    context.stage.put(context.stage.the(CrashDuringUpdates).crash_service(times))


@then("at least 1 update was confirmed; {count:Count} have an unknown outcome")
def some_confirmed_some_unknown(context: Context, count: int) -> None:
    ledger = context.stage.the(Ledger)
    assert_that(ledger.count(Fate.CONFIRMED), greater_than_or_equal_to(1), f"confirmed updates: {ledger}")
    assert_that(ledger.count(Fate.UNKNOWN), equal_to(count), f"updates with an unknown outcome: {ledger}")


@then("updates were confirmed, refused and left with an unknown outcome, at least 1 of each")
def every_outcome_occurs(context: Context) -> None:
    ledger = context.stage.the(Ledger)
    assert_that({entry.fate for entry in ledger.entries}, equal_to(set(Fate)), f"the outcomes of the updates: {ledger}")


@then("no confirmed update is lost")
def no_confirmed_update_lost(context: Context) -> None:
    assert_that(context.stage.the(Ledger).lost(), empty(), f"lost updates; {context.stage.the(Ledger)}")


@then("at least {count:Count} updates completed, and shoppers saw at least {versions:Count} versions")
def updates_completed(context: Context, count: int, versions: int) -> None:
    history = context.stage.the(SearchHistory)
    statuses = [update.status for update in history.updates]
    assert_that(statuses, only_contains("completed"), "how the updates ended")
    assert_that(len(statuses), greater_than_or_equal_to(count), "updates")
    assert_that(len(history.versions()), greater_than_or_equal_to(versions), f"versions seen in {history}")


@then("at least {count:Count} answers came in the middle of an update")
def answered_during_updates(context: Context, count: int) -> None:
    history = context.stage.the(SearchHistory)
    assert_that(history.during_updates(), greater_than_or_equal_to(count), f"answers during an update in {history}")


@then("every shopper received an answer to every search")
def every_search_has_an_answer(context: Context) -> None:
    assert_that(context.stage.the(SearchHistory).unanswered(), empty(), "searches without an answer")


@then("each search answer showed one version of the catalog, and no shopper saw an older version after a newer one")
def one_version_and_no_step_back(context: Context) -> None:
    assert_that(context.stage.the(SearchHistory).mixtures(), empty(), "mixtures of versions")
    assert_that(context.stage.the(SearchHistory).steps_back(), empty(), "steps back to an older version")


@then("at least {count:Count} searches found exactly what the listing of the same version holds")
def index_agrees(context: Context, count: int) -> None:
    history = context.stage.the(SearchHistory)
    assert_that(history.disagreements(), empty(), "searches that disagree with the listing")
    assert_that(history.compared_searches(), greater_than_or_equal_to(count), f"searches checked in {history}")
