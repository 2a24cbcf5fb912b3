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


@given("{count:Count} of its clients have taken a connection each")
@when("{count:Count} of its clients take a connection each")
def check_out(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(MySqlPool).check_out(count))


@given("they have given it back")
@when("they have given it back")
def give_back(context: Context) -> None:
    context.stage.the(MySqlPool).return_all()


@when("{span:Duration} pass on the application's clock")
def let_pass(context: Context, span: timedelta) -> None:
    context.stage.the(MySqlPool).advance_clock(span)


@then("the next {count:Count} clients get the same connections")
def same_connections(context: Context, count: int) -> None:
    before, now = context.stage.the(ConnectionIds).ids, context.stage.the(MySqlPool).check_out(count).ids
    assert_that(set(now), equal_to(set(before)), "the connections that they got, by MySQL's numbers")


@then("the next {count:Count} clients get new connections")
def new_connections(context: Context, count: int) -> None:
    before, now = context.stage.the(ConnectionIds).ids, context.stage.the(MySqlPool).check_out(count).ids
    assert_that(set(now) & set(before), empty(), "old connections that they got, by MySQL's numbers")


@then("MySQL counts {count:Count} connections of it")
def counts(context: Context, count: int) -> None:
    server = context.stage.the(MySqlServer)
    eventually(lambda: assert_that(server.connections(), equal_to(count), "connections, by MySQL's list"), within=SOON)


@then("the pool's own statistics agree with what MySQL counts")
def statistics_agree(context: Context) -> None:
    pool, server = context.stage.the(MySqlPool), context.stage.the(MySqlServer)
    eventually(
        lambda: assert_that(pool.statistics().open, equal_to(server.connections()), "connections, by the pool"),
        within=SOON,
    )


@then("the pool says that {in_use:Count} are in use and {idle:Count} are idle")
def pool_says(context: Context, in_use: int, idle: int) -> None:
    told = context.stage.the(MySqlPool).statistics()
    assert_that((told.in_use, told.idle), equal_to((in_use, idle)), "connections in use, and idle")


@when("one more client asks for something")
def one_more(context: Context) -> None:
    context.stage.put(context.stage.the(MySqlPool).query(0))


@then("it is refused after {span:Duration}, because no connection is free")
def refused_after(context: Context, span: timedelta) -> None:
    one = context.stage.the(Attempt)
    assert_that(one.fate, equal_to(Fate.REFUSED), f"what became of it ({one.why or 'it was answered'})")
    assert_that(one.why, contains_string("connection timed out"), "what it was told")
    assert_that(one.took_s, greater_than_or_equal_to(span.total_seconds()), "seconds that it waited")


@when("{clients:Count} clients store {each:Count} orders each at the same moment")
def insert_together(context: Context, clients: int, each: int) -> None:
    context.stage.put(context.stage.the(MySqlPool).insert_concurrently(clients, each))


@then("all {total:Count} orders are confirmed, and MySQL holds each of them once")
def all_stored(context: Context, total: int) -> None:
    attempts = context.stage.the(Attempts)
    ledger = loss_ledger("orders", attempts.made, "MySQL", context.stage.the(MySqlPool).stored_orders())
    assert_that(attempts.reasons(), empty(), "why orders were not stored")
    assert_that(attempts.confirmed(), has_length(total), "orders that were confirmed")
    assert_that(context.stage.put(ledger).lost(), empty(), "orders that are lost")
    assert_that(ledger.duplicated(), empty(), "orders that are there twice")


@given("{clients:Count} clients have asked at once for something that takes {span:Duration}")
@when("{clients:Count} clients ask at once for something that takes {span:Duration}")
def ask_together(context: Context, clients: int, span: timedelta) -> None:
    context.stage.put(context.stage.the(MySqlPool).query_concurrently(clients, span.total_seconds(), MARK))


@then("all {count:Count} are answered")
def all_answered(context: Context, count: int) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "why some were not answered")
    assert_that(attempts.confirmed(), has_length(count), "clients that were answered")


@then("the last of them was answered no sooner than {span:Duration} after the first had asked")
def waited(context: Context, span: timedelta) -> None:
    made = context.stage.the(Attempts).made
    took_s = max(one.ended for one in made) - min(one.began for one in made)
    assert_that(took_s, greater_than_or_equal_to(span.total_seconds()), "seconds until all were answered")


@then("MySQL never counted more than {limit:Count} connections of it")
def never_more(context: Context, limit: int) -> None:
    assert_that(context.stage.the(MySqlPool).peak_connections, less_than_or_equal_to(limit), "connections at one time")


@when("a client asks for something that would take {span:Duration}")
def ask_long(context: Context, span: timedelta) -> None:
    context.stage.put(Attempts((context.stage.the(MySqlPool).query(span.total_seconds(), MARK),)))


@then("within {limit:Duration} everyone is told that it took too long")
def told_too_long(context: Context, limit: timedelta) -> None:
    made = context.stage.the(Attempts).made
    for one in made:
        assert_that(one.why, contains_string("interrupted"), f"what was said to a {one.what}")
    longest = max(one.took_s for one in made)
    assert_that(longest, less_than_or_equal_to(limit.total_seconds()), "seconds until the last of them knew")


@then("MySQL works on none of it any more")
def works_on_none(context: Context) -> None:
    assert_that(context.stage.the(MySqlServer).running_queries(MARK), equal_to(0), "queries that MySQL still works on")
