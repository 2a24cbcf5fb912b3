"""What shoppers see while the catalog is exchanged under their eyes."""

from hamcrest import assert_that, empty, equal_to, greater_than_or_equal_to, only_contains

from support.behave_runtime.gherkin import Context, then, when
from support.measure.ledger import Fate, Ledger
from support.reporting.evidence import attach_text
from support.systems.catalog.actors.search_during_updates import SearchDuringUpdates
from support.systems.catalog.crash_during_updates import CrashDuringUpdates
from support.systems.catalog.observers.consistency import SearchHistory


@when(
    "{shoppers:Count} shoppers search while the catalog is updated again and again, until they have {count:Count} answers"
)
def rush(context: Context, shoppers: int, count: int) -> None:
    history = context.stage.put(context.stage.the(SearchDuringUpdates).until(count, shoppers))
    attach_text("What was checked", str(history))


@when("updates follow one another, and the database, then the second catalog service are killed in the middle of one")
def upheaval(context: Context) -> None:
    context.stage.put(context.stage.the(CrashDuringUpdates).crash_database_then_second_service())


@when(
    "updates follow one another, and the catalog service is killed and started again in the middle of {times:Count} of them"
)
def kills(context: Context, times: int) -> None:
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


@then("{count:Count} updates or more took place meanwhile, and shoppers saw {versions:Count} versions or more")
def updates_took_place(context: Context, count: int, versions: int) -> None:
    history = context.stage.the(SearchHistory)
    statuses = [update.status for update in history.updates]
    assert_that(statuses, only_contains("completed"), "how the updates ended")
    assert_that(len(statuses), greater_than_or_equal_to(count), "updates")
    assert_that(len(history.versions()), greater_than_or_equal_to(versions), f"versions seen in {history}")


@then("{count:Count} answers or more were given in the middle of an update")
def given_meanwhile(context: Context, count: int) -> None:
    history = context.stage.the(SearchHistory)
    assert_that(history.during_updates(), greater_than_or_equal_to(count), f"answers during an update in {history}")


@then("no shopper was turned away")
def none_turned_away(context: Context) -> None:
    assert_that(context.stage.the(SearchHistory).unanswered(), empty(), "questions without an answer")


@then("each answer shows one version of the catalog, never a mixture")
def no_mixture(context: Context) -> None:
    assert_that(context.stage.the(SearchHistory).mixtures(), empty(), "mixtures of versions")


@then("no shopper sees an old version after a new one")
def no_step_back(context: Context) -> None:
    assert_that(context.stage.the(SearchHistory).steps_back(), empty(), "steps back to an older version")


@then("what searches found is what the listing of the same version holds, in {count:Count} searches or more")
def index_agrees(context: Context, count: int) -> None:
    history = context.stage.the(SearchHistory)
    assert_that(history.disagreements(), empty(), "searches that disagree with the listing")
    assert_that(history.compared_searches(), greater_than_or_equal_to(count), f"searches checked in {history}")
