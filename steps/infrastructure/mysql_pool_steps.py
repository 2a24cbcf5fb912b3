"""The pool of connections through which an application uses MySQL."""

from datetime import timedelta

from hamcrest import empty, equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import patiently, throughout
from support.systems.infrastructure.actors.mysql_pool import ConnectionIds, MySqlPool
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.workload.attempts import Workers

SOON = timedelta(seconds=3)


@given("an application with a pool of connections to MySQL")
def pooled(context: Context) -> None:
    stage = context.stage
    stage.put(stage.the(Workers).keep(MySqlPool(stage.the(MySqlServer), stage.the(ClusterConfig))))


@given("{count:Count} clients of the application hold a connection each")
@when("{count:Count} clients of the application take a connection each")
def take(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(MySqlPool).check_out(count))


@given("{count:Count} clients of the application hold a connection each, as the pool reports")
def take_as_reported(context: Context, count: int) -> None:
    take(context, count)
    pool_reports(context, count, 0)


@when("all clients return their connections")
def give_back(context: Context) -> None:
    context.stage.the(MySqlPool).return_all()


@given("{count:Count} clients of the application have taken and returned a connection each")
def take_and_give_back(context: Context, count: int) -> None:
    take(context, count)
    give_back(context)


@when("{span:Duration} pass on the application's clock")
def let_pass(context: Context, span: timedelta) -> None:
    context.stage.the(MySqlPool).advance_clock(span)


@then("the clients get the same connections as before")
def same_connections(context: Context) -> None:
    before, now = _last_two(context)
    assert_that(now, equal_to(before), "the connections of the clients, by MySQL's connection ids")


@then("the clients get new connections")
def new_connections(context: Context) -> None:
    before, now = _last_two(context)
    assert_that(now & before, empty(), "old connections that clients got, by MySQL's connection ids")


def _last_two(context: Context) -> tuple[set[str], set[str]]:
    """Return the ids of the connections that clients took before, and of those that clients took last."""
    before, now = [set(one.ids) for one in context.stage.history if isinstance(one, ConnectionIds)][-2:]
    return before, now


@then("MySQL counts {count:Count} connection of the application")
@then("MySQL counts {count:Count} connections of the application")
def counts(context: Context, count: int) -> None:
    server = context.stage.the(MySqlServer)
    patiently(
        lambda: assert_that(server.connections(), equal_to(count), "connections, as MySQL lists them"), within=SOON
    )


@then("MySQL counts {count:Count} connections of the application, and still does after {span:Duration}")
def counts_throughout(context: Context, count: int, span: timedelta) -> None:
    server = context.stage.the(MySqlServer)
    counts(context, count)
    throughout(
        lambda: assert_that(server.connections(), equal_to(count), "connections, as MySQL lists them"),
        span=span,
        every=0.1,
    )


@then("the pool reports as many connections as MySQL counts")
def statistics_agree(context: Context) -> None:
    pool, server = context.stage.the(MySqlPool), context.stage.the(MySqlServer)
    patiently(
        lambda: assert_that(
            pool.statistics().open, equal_to(server.connections()), "open connections, as the pool counts them"
        ),
        within=SOON,
    )


@then("the pool reports {in_use:Count} connections in use and {idle:Count} idle")
def pool_reports(context: Context, in_use: int, idle: int) -> None:
    reported = context.stage.the(MySqlPool).statistics()
    assert_that((reported.in_use, reported.idle), equal_to((in_use, idle)), "connections in use, and idle")
