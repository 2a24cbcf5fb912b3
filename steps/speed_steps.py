"""How long single calls take, and how much goes through."""

from datetime import timedelta

from hamcrest import assert_that, empty, equal_to, greater_than, less_than_or_equal_to

from support.backends.clusters.kafka import KafkaCluster
from support.backends.clusters.setup import Setup
from support.clients.etcd_application import EtcdApplication
from support.clients.kafka_load import Throughput, push_through
from support.clients.mysql_pool import MySqlPool
from support.clients.redis_application import RedisApplication
from support.gherkin import Context, then, when
from support.observers.figures import Figures, Times, timed


@when("{count:Count} values are written to etcd, one after the other")
def write_etcd(context: Context, count: int) -> None:
    application = context.stage.the(EtcdApplication)
    context.stage.put(timed("a single write to etcd", count, lambda number: application.put(f"{number}", "x" * 100)))


@when("{count:Count} values are read from etcd, one after the other")
def read_etcd(context: Context, count: int) -> None:
    application = context.stage.the(EtcdApplication)
    application.put("value", "x" * 100)
    context.stage.put(timed("a single read from etcd", count, lambda _number: application.get("value")))


@when("{count:Count} values are written to Redis and read again, one after the other")
def use_redis(context: Context, count: int) -> None:
    application = context.stage.the(RedisApplication)
    calls = (lambda: application.store_alone("value", "x" * 100), lambda: application.read("value"))
    context.stage.put(timed("a single operation of Redis", 2 * count, lambda number: calls[number % 2]()))


@when("{count:Count} simple questions are asked of MySQL through the pool, one after the other")
def ask_mysql(context: Context, count: int) -> None:
    pool = context.stage.the(MySqlPool)
    context.stage.put(timed("a simple query through the pool", count, lambda _number: pool.ask(0)))


@then("half of the calls take {limit:Duration} or less")
def half_take(context: Context, limit: timedelta) -> None:
    times = context.stage.the(Times)
    context.stage.the(Figures).note_times(times)
    assert_that(times.failed, empty(), "why calls failed")
    assert_that(times.median, less_than_or_equal_to(limit.total_seconds()), f"the median in seconds of {times.what}")


@when("{count:Count} messages are sent through Kafka as fast as it takes them")
def push(context: Context, count: int) -> None:
    context.stage.put(push_through(context.stage.the(KafkaCluster), context.stage.the(Setup), count))


@then("all of them arrive, more than {rate:Count} a second")
def arrive(context: Context, rate: int) -> None:
    through = context.stage.the(Throughput)
    context.stage.the(Figures).note("messages through Kafka", through.a_second, "a second")
    assert_that(
        (through.confirmed, through.received), equal_to((through.sent, through.sent)), "confirmed, and received"
    )
    assert_that(through.a_second, greater_than(rate), "messages a second")
