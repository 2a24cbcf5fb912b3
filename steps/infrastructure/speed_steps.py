"""The latency of single calls, and the throughput of Kafka."""

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.measure.figure import Figure
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.kafka_throughput import Throughput, measure_throughput
from support.systems.infrastructure.actors.mysql_pool import MySqlPool
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.workload.call_times import time_calls


@when("{count:Count} values are written to etcd, one after the other")
def write_etcd(context: Context, count: int) -> None:
    application = context.stage.the(EtcdApplication)
    record_figures(*time_calls("a single write to etcd", count, lambda number: application.put(f"{number}", "x" * 100)))


@when("{count:Count} values are read from etcd, one after the other")
def read_etcd(context: Context, count: int) -> None:
    application = context.stage.the(EtcdApplication)
    application.put("value", "x" * 100)
    record_figures(*time_calls("a single read from etcd", count, lambda _number: application.get("value")))


@when("{count:Count} values are written to Redis, and then read, one after the other")
def use_redis(context: Context, count: int) -> None:
    application = context.stage.the(RedisApplication)
    for call in (lambda _: application.store_on_primary("value", "x" * 100), lambda _: application.read("value")):
        record_figures(*time_calls("a single operation of Redis", count, call))


@when("{count:Count} simple queries are sent to MySQL through the pool, one after the other")
def query_mysql(context: Context, count: int) -> None:
    pool = context.stage.the(MySqlPool)
    record_figures(*time_calls("a simple query through the pool", count, lambda _number: pool.query(0)))


@when("{count:Count} messages are sent through Kafka at full speed")
def send_through(context: Context, count: int) -> None:
    through = context.stage.put(
        measure_throughput(context.stage.the(KafkaCluster), context.stage.the(ClusterConfig), count)
    )
    record_figures(Figure("messages through Kafka", through.per_second, "a second"))


@then("all messages arrive")
def all_arrive(context: Context) -> None:
    through = context.stage.the(Throughput)
    assert_that(
        (through.confirmed, through.received),
        equal_to((through.sent, through.sent)),
        "the numbers of confirmed and of received messages",
    )
