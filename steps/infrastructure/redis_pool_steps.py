"""Connections to Redis: how many an application takes, and who has to wait."""

from hamcrest import assert_that, contains_string, empty, equal_to, less_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.redis_pool import RedisPool
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.workload.attempts import Attempts, Workers


@given("an application that opens {limit:Count} connections to Redis at most")
def pooled(context: Context, limit: int) -> None:
    pool = RedisPool(context.stage.the(RedisCluster), context.stage.the(ClusterConfig), limit)
    context.stage.put(context.stage.the(Workers).keep(pool))


@when("{clients:Count} of its clients count to {each:Count} each at the same moment")
def count_together(context: Context, clients: int, each: int) -> None:
    context.stage.put(context.stage.the(RedisPool).increment_concurrently(clients, each))


@then("the counter in Redis says {total:Count}")
def counter_says(context: Context, total: int) -> None:
    attempts = context.stage.the(Attempts)
    assert_that(attempts.reasons(), empty(), "why clients could not count")
    assert_that(max(int(one.value or 0) for one in attempts.made), equal_to(total), "what the counter said last")


@then("Redis has listed no more than {limit:Count} connections of it")
def listed(context: Context, limit: int) -> None:
    assert_that(
        len(context.stage.the(RedisPool).seen_connections),
        less_than_or_equal_to(limit),
        "connections that Redis listed",
    )


@given("{count:Count} of its requests take long")
def requests_take_long(context: Context, count: int) -> None:
    context.stage.the(RedisPool).hold_connections(count)


@given("{count:Count} more of its clients ask for something")
@when("{count:Count} more of its clients ask for something")
def more_ask(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(RedisPool).ping_concurrently(count))


@then("all {count:Count} are refused, because no connection is free")
def all_refused(context: Context, count: int) -> None:
    attempts = context.stage.the(Attempts)
    assert_that([one.fate for one in attempts.made], equal_to([Fate.REFUSED] * count), "what became of them")
    assert_that(" / ".join(attempts.reasons()), contains_string("No connection available"), "what they were told")


@then("Redis counts {count:Count} open connections of it")
def counts(context: Context, count: int) -> None:
    assert_that(
        len(context.stage.the(RedisPool).open_connections()), equal_to(count), "open connections, by Redis's own list"
    )


@when("the long requests end")
def long_requests_end(context: Context) -> None:
    released = context.stage.the(RedisPool).release()
    assert_that(released.reasons(), empty(), "why long requests failed")


@then("none of the {count:Count} connections has leaked")
def no_leak(context: Context, count: int) -> None:
    pool = context.stage.the(RedisPool)
    assert_that(pool.idle_connections, equal_to(count), "connections that are free again, by the pool")
    counts(context, count)
