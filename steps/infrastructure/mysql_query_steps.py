"""Queries that clients of an application send to MySQL at the same time, and the orders that they store."""

import secrets
from datetime import timedelta

from hamcrest import (
    empty,
    equal_to,
    greater_than_or_equal_to,
    has_length,
    less_than_or_equal_to,
    matches_regexp,
)

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.core.eventually import patiently
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.mysql_pool import MySqlPool
from support.systems.infrastructure.clusters.mysql import MySqlServer
from support.workload.attempts import NO_CONNECTION, Attempt, Attempts, Worker, Workers
from support.workload.loss_account import loss_ledger

MARK = secrets.token_hex(4)
SOON = timedelta(seconds=5)


@when("one more client sends a query")
def one_more_query(context: Context) -> None:
    context.stage.put(context.stage.the(MySqlPool).query(0))


@then("the query is refused after {least:Duration}, and before {most:Duration}, because no connection is free")
def refused_after(context: Context, least: timedelta, most: timedelta) -> None:
    one = context.stage.the(Attempt)
    assert_that(one.fate, equal_to(Fate.REFUSED), f"the result of the query ({one.why or 'it was answered'})")
    assert_that(one.why, matches_regexp(NO_CONNECTION), "the error of the query")
    assert_at_least(timedelta(seconds=one.took_s), least, "the time until the query was refused")
    assert_at_most(timedelta(seconds=one.took_s), most, "the time until the query was refused")


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


@given("an application keeps storing orders in MySQL")
def keeps_storing(context: Context) -> None:
    pool = context.stage.the(MySqlPool)
    pool.prepare_orders()
    context.stage.put(context.stage.the(Workers).start(lambda number: pool.insert(f"order {number}")))


@then("MySQL holds every confirmed order once")
def holds_each_once(context: Context) -> None:
    made = context.stage.put(context.stage.the(Worker).finish()).made
    stored = patiently(context.stage.the(MySqlPool).stored_orders, within=SOON)
    ledger = context.stage.put(loss_ledger("orders", made, "MySQL", stored))
    assert_that(ledger.lost(), empty(), "confirmed orders that are lost")
    assert_that(ledger.duplicated(), empty(), "orders that are stored twice")


@given("{clients:Count} clients have sent a query of {span:Duration} at the same time")
@when("{clients:Count} clients send a query of {span:Duration} at the same time")
def query_together(context: Context, clients: int, span: timedelta) -> None:
    context.stage.put(context.stage.the(MySqlPool).query_concurrently(clients, span.total_seconds(), MARK))


@then("the query is answered")
def answered(context: Context) -> None:
    all_answered(context, 1)


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
        assert_that(one.why, matches_regexp("(?i)interrupted|time.?out|timed out"), f"the error of {one.what}")
    assert_at_most(timedelta(seconds=max(one.took_s for one in made)), limit, "the longest time until a query failed")


@then("MySQL runs none of the queries any longer")
def runs_none(context: Context) -> None:
    assert_that(context.stage.the(MySqlServer).running_queries(MARK), equal_to(0), "queries that MySQL still runs")
