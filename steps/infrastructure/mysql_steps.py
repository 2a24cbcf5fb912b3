"""MySQL and the pool of connections through which an application uses it."""

import secrets
from datetime import timedelta

from hamcrest import (
    assert_that,
    contains_string,
    empty,
    equal_to,
    greater_than_or_equal_to,
    has_length,
    less_than_or_equal_to,
)

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.eventually import eventually
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.mysql_pool import ConnectionIds, MySqlPool
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.workload.attempts import Attempt, Attempts, Workers
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=3)
MARK = secrets.token_hex(4)


@given("an application with a pool of connections to MySQL")
def pooled(context: Context) -> None:
    stage = context.stage
    stage.put(stage.the(Workers).keep(MySqlPool(stage.the(MySqlServer), stage.the(ClusterConfig))))


@given("{count:Count} clients of the application hold a connection each")
@when("{count:Count} clients of the application take a connection each")
def take(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(MySqlPool).check_out(count))


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


@then("MySQL counts {count:Count} connections of the application")
def counts(context: Context, count: int) -> None:
    server = context.stage.the(MySqlServer)
    eventually(
        lambda: assert_that(server.connections(), equal_to(count), "connections, as MySQL lists them"), within=SOON
    )


@then("the pool reports as many connections as MySQL counts")
def statistics_agree(context: Context) -> None:
    pool, server = context.stage.the(MySqlPool), context.stage.the(MySqlServer)
    eventually(
        lambda: assert_that(
            pool.statistics().open, equal_to(server.connections()), "open connections, as the pool counts them"
        ),
        within=SOON,
    )


@then("the pool reports {in_use:Count} connections in use and {idle:Count} idle")
def pool_reports(context: Context, in_use: int, idle: int) -> None:
    reported = context.stage.the(MySqlPool).statistics()
    assert_that((reported.in_use, reported.idle), equal_to((in_use, idle)), "connections in use, and idle")


@when("one more client sends a query")
def one_more_query(context: Context) -> None:
    context.stage.put(context.stage.the(MySqlPool).query(0))


@then("the query is refused after {span:Duration} because no connection is free")
def refused_after(context: Context, span: timedelta) -> None:
    one = context.stage.the(Attempt)
    assert_that(one.fate, equal_to(Fate.REFUSED), f"the result of the query ({one.why or 'it was answered'})")
    assert_that(one.why, contains_string("connection timed out"), "the error of the query")
    assert_that(one.took_s, greater_than_or_equal_to(span.total_seconds()), "seconds until the query was refused")


@when("{clients:Count} clients store {each:Count} orders each at the same time")
def store_together(context: Context, clients: int, each: int) -> None:
    context.stage.put(context.stage.the(MySqlPool).insert_concurrently(clients, each))


@then("all {total:Count} orders are confirmed, and MySQL holds each order once")
def all_stored(context: Context, total: int) -> None:
    attempts = context.stage.the(Attempts)
    ledger = loss_ledger("orders", attempts.made, "MySQL", context.stage.the(MySqlPool).stored_orders())
    assert_that(attempts.reasons(), empty(), "errors while the orders were stored")
    assert_that(attempts.confirmed(), has_length(total), "orders that were confirmed")
    assert_that(context.stage.put(ledger).lost(), empty(), "confirmed orders that are lost")
    assert_that(ledger.duplicated(), empty(), "orders that are stored twice")


@given("{clients:Count} clients have sent a query of {span:Duration} at the same time")
@when("{clients:Count} clients send a query of {span:Duration} at the same time")
def query_together(context: Context, clients: int, span: timedelta) -> None:
    context.stage.put(context.stage.the(MySqlPool).query_concurrently(clients, span.total_seconds(), MARK))


@then("all {count:Count} queries are answered")
def all_answered(context: Context, count: int) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "errors of the queries")
    assert_that(attempts.confirmed(), has_length(count), "answered queries")


@then("all {count:Count} queries are answered, the last one at least {span:Duration} after the first one was sent")
def answered_after_waiting(context: Context, count: int, span: timedelta) -> None:
    all_answered(context, count)
    made = context.stage.the(Attempts).made
    took_s = max(one.ended for one in made) - min(one.began for one in made)
    assert_that(
        took_s, greater_than_or_equal_to(span.total_seconds()), "seconds from the first query to the last answer"
    )


@then("MySQL never counted more than {limit:Count} connections of the application")
def never_more(context: Context, limit: int) -> None:
    assert_that(
        context.stage.the(MySqlPool).peak_connections, less_than_or_equal_to(limit), "the most connections at one time"
    )


@when("one client sends a query of {span:Duration}")
def slow_query(context: Context, span: timedelta) -> None:
    context.stage.put(Attempts((context.stage.the(MySqlPool).query(span.total_seconds(), MARK),)))


@then("each query fails within {limit:Duration} with a time-out error")
def queries_time_out(context: Context, limit: timedelta) -> None:
    made = context.stage.the(Attempts).made
    for one in made:
        assert_that(one.why, contains_string("interrupted"), f"the error of {one.what}")
    longest = max(one.took_s for one in made)
    assert_that(longest, less_than_or_equal_to(limit.total_seconds()), "seconds until the last query failed")


@then("MySQL runs none of the queries any longer")
def runs_none(context: Context) -> None:
    assert_that(context.stage.the(MySqlServer).running_queries(MARK), equal_to(0), "queries that MySQL still runs")
