"""Shoppers who keep coming while things happen."""

from datetime import timedelta

from hamcrest import assert_that, empty, greater_than

from support.behave_runtime.gherkin import Context, given, then
from support.systems.catalog.actors.continuous_visits import ContinuousVisits
from support.systems.catalog.actors.fleet import Fleet
from support.systems.catalog.actors.shopper import Crowd
from support.systems.catalog.matchers import a_served_visit, every, waited_at_most
from support.systems.catalog.observers.consistency import torn


@given("{count:Count} shoppers keep coming")
def keep_coming(context: Context, count: int) -> None:
    context.stage.the(ContinuousVisits).begin(count, context.stage.the(Fleet).urls[:1])


@then("all who came were served, each within {limit:Duration}")
def all_were_served(context: Context, limit: timedelta) -> None:
    visits = context.stage.put(context.stage.the(ContinuousVisits).end()).visits
    assert_that(len(visits), greater_than(0), "visits")
    assert_that(visits, every(a_served_visit()))
    assert_that(visits, every(waited_at_most(limit)))


@then("each of them saw one version of the catalog, whole")
def saw_one_version(context: Context) -> None:
    assert_that(torn(context.stage.the(Crowd).visits), empty(), "mixtures of versions")
