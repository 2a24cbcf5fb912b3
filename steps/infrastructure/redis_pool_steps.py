"""The pool of connections through which an application uses Redis."""

from datetime import timedelta

from hamcrest import empty, equal_to, less_than_or_equal_to, matches_regexp

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.redis_pool import RedisPool
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.workload.attempts import NO_CONNECTION, Attempts, Workers


@given("an application that opens at most {limit:Count} connections to Redis")
def limited_pool(context: Context, limit: int) -> None:
    pool = RedisPool(context.stage.the(RedisCluster), context.stage.the(ClusterConfig), limit)
    context.stage.put(context.stage.the(Workers).keep(pool))


@when("{clients:Count} clients of the application increment a counter {each:Count} times each at the same time")
def increment_together(context: Context, clients: int, each: int) -> None:
    context.stage.put(context.stage.the(RedisPool).increment_concurrently(clients, each))


@then("the counter in Redis is {total:Count}")
def counter_is(context: Context, total: int) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "errors of the clients")
    assert_that(max(int(one.value or 0) for one in attempts.made), equal_to(total), "the highest value of the counter")


@then("Redis never listed more than {limit:Count} connections of the application")
def never_listed_more(context: Context, limit: int) -> None:
    assert_that(
        len(context.stage.the(RedisPool).seen_connections),
        less_than_or_equal_to(limit),
        "connections that Redis listed",
    )


@given("{count:Count} long requests of the application are in progress")
def long_requests(context: Context, count: int) -> None:
    context.stage.the(RedisPool).hold_connections(count)


@when("{count:Count} more clients send a request")
def more_requests(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(RedisPool).ping_concurrently(count))


@given("{more:Count} more clients have sent a request while {count:Count} long requests were in progress")
def more_requests_during_long_ones(context: Context, more: int, count: int) -> None:
    long_requests(context, count)
    more_requests(context, more)


@then(
    "all {count:Count} requests are refused after {least:Duration}, and before {most:Duration}, because no connection is free"
)
def all_refused(context: Context, count: int, least: timedelta, most: timedelta) -> None:
    attempts = context.stage.the(Attempts)
    assert_that([one.fate for one in attempts.made], equal_to([Fate.REFUSED] * count), "the results of the requests")
    for reason in attempts.reasons():
        assert_that(reason, matches_regexp(NO_CONNECTION), "the error of a request")
    waits = [timedelta(seconds=one.took_s) for one in attempts.made]
    assert_at_least(min(waits), least, "the shortest time until a request was refused")
    assert_at_most(max(waits), most, "the longest time until a request was refused")


@then("Redis counts {count:Count} connections of the application")
def counts(context: Context, count: int) -> None:
    assert_that(
        len(context.stage.the(RedisPool).open_connections()), equal_to(count), "open connections, as Redis lists them"
    )


@when("the long requests end")
def long_requests_end(context: Context) -> None:
    released = context.stage.the(RedisPool).release()
    assert_that(released.reasons(), empty(), "errors of the long requests")


@then("none of the {count:Count} connections has leaked")
def no_leak(context: Context, count: int) -> None:
    pool = context.stage.the(RedisPool)
    assert_that(pool.idle_connections, equal_to(count), "free connections, as the pool counts them")
    counts(context, count)
