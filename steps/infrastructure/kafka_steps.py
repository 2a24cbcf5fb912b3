"""Kafka: topics and their replicas, and the messages that applications send."""

from datetime import timedelta

from hamcrest import empty, equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.faults.desk import FaultDesk
from support.faults.model import Freeze
from support.systems.infrastructure.actors.kafka_producer import KafkaProducer
from support.systems.infrastructure.actors.kafka_topic import KafkaTopic
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.observers.message_order import numbered_messages
from support.workload.attempts import Attempts, Workers

SOON = timedelta(seconds=20)


@given("a Kafka topic with {count:Count} partitions")
@when("a Kafka topic with {count:Count} partitions is created")
def topic(context: Context, count: int) -> None:
    cluster = context.stage.the(KafkaCluster)
    context.stage.put(context.stage.the(Workers).keep(KafkaTopic(cluster, count)))
    context.stage.put(KafkaProducer(cluster, context.stage.the(ClusterConfig)))


@then("within {limit:Duration} each of the {count:Count} partitions has 3 replicas, all in sync")
def all_in_sync(context: Context, limit: timedelta, count: int) -> None:
    cluster = context.stage.the(KafkaCluster)
    eventually(
        lambda: assert_that(
            cluster.replica_counts(),
            equal_to([(3, 3)] * count),
            "the replicas of each partition, and how many are in sync",
        ),
        within=limit,
    )


@then("a message is confirmed once {count:Count} brokers hold it")
def brokers_to_confirm(context: Context, count: int) -> None:
    needed = context.stage.the(KafkaCluster).brokers_to_confirm()
    assert_that(
        needed, equal_to(count), "brokers that must hold a message before it is confirmed, by the topic's settings"
    )


@given("an application has sent {each:Count} changes of each of {things:Count} orders")
def has_sent(context: Context, each: int, things: int) -> None:
    context.stage.put(context.stage.the(KafkaProducer).send(numbered_messages(things, each)))


@given("an application keeps sending messages")
def keeps_sending(context: Context) -> None:
    send = context.stage.the(KafkaProducer).send

    def burst(number: int) -> Attempts:
        return send([(f"order {thing}", f"order {thing}, {number}") for thing in range(10)])

    context.stage.put(context.stage.the(Workers).start(burst, pause_s=0.02))


@when("the Kafka brokers that follow freeze")
def followers_freeze(context: Context) -> None:
    for broker in context.stage.the(KafkaCluster).followers():
        context.stage.the(FaultDesk).inject(broker, Freeze())


@when("an application tries for {span:Duration} to send {count:Count} messages")
def tries_to_send(context: Context, span: timedelta, count: int) -> None:
    stage = context.stage
    producer = KafkaProducer(stage.the(KafkaCluster), stage.the(ClusterConfig), span.total_seconds())
    stage.put(producer.send(numbered_messages(count, 1)))  # to all partitions


@then("none of the messages is confirmed")
def none_confirmed(context: Context) -> None:
    confirmed = [one.what for one in context.stage.the(Attempts).confirmed()]
    assert_that(confirmed, empty(), "messages that were confirmed")
