"""Shoppers who keep opening the catalog in the background."""

from datetime import timedelta

from hamcrest import empty, greater_than

from support.behave_runtime.gherkin import Context, given, then
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.described import every
from support.systems.catalog.actors.continuous_visits import ContinuousVisits
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import Crowd, longest_wait
from support.systems.catalog.matchers import a_served_visit
from support.systems.catalog.observers.consistency import torn


@given("{count:Count} shoppers keep opening the catalog")
def keep_coming(context: Context, count: int) -> None:
    context.stage.the(ContinuousVisits).begin(count, context.stage.the(Fleet).urls[:1])


@then("every visitor was served within {limit:Duration}")
def every_visitor_was_served(context: Context, limit: timedelta) -> None:
    visits = context.stage.put(context.stage.the(ContinuousVisits).end()).visits
    assert_that(len(visits), greater_than(0), "visits")
    assert_that(visits, every(a_served_visit()))
    assert_at_most(longest_wait(visits), limit, "the longest wait of a visitor")


@then("every visitor was served within {limit:Duration} and saw one version of the catalog")
def every_visitor_saw_one_version(context: Context, limit: timedelta) -> None:
    every_visitor_was_served(context, limit)
    assert_that(torn(context.stage.the(Crowd).visits), empty(), "mixtures of versions")
