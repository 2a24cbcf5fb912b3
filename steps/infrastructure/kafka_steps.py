"""Kafka: messages that are sent, messages that are worked on, and who keeps them."""

from datetime import timedelta

from hamcrest import assert_that, empty, equal_to, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.eventually import eventually
from support.measure.ledger import Ledger
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.kafka_consumer_group import KafkaConsumerGroup
from support.systems.infrastructure.actors.kafka_producer import KafkaProducer
from support.systems.infrastructure.actors.kafka_topic import KafkaTopic
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.observers.message_order import numbered_messages, out_of_order
from support.workload.attempts import Attempts, Workers
from support.workload.call_times import elapsed_since
from support.workload.loss_account import loss_ledger

SOON = timedelta(seconds=20)


@given("a Kafka topic with {count:Count} partitions")
@when("a Kafka topic with {count:Count} partitions is created")
def topic(context: Context, count: int) -> None:
    cluster = context.stage.the(KafkaCluster)
    context.stage.put(context.stage.the(Workers).keep(KafkaTopic(cluster, count)))
    context.stage.put(KafkaProducer(cluster, context.stage.the(ClusterConfig)))


@then("within {limit:Duration} each of its {count:Count} partitions has 3 replicas, all in sync")
def all_in_sync(context: Context, limit: timedelta, count: int) -> None:
    cluster = context.stage.the(KafkaCluster)
    eventually(
        lambda: assert_that(cluster.replica_counts(), equal_to([(3, 3)] * count), "replicas, and in sync"), within=limit
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


@given('"{first:Text}" and "{second:Text}" are consumers of one group')
def consumers(context: Context, first: str, second: str) -> None:
    stage = context.stage
    group = KafkaConsumerGroup(stage.the(KafkaCluster), stage.the(ClusterConfig), (first, second))
    stage.put(stage.the(Workers).keep(group))


@when('"{first:Text}" and "{second:Text}" consume them as one group')
def consume(context: Context, first: str, second: str) -> None:
    consumers(context, first, second)


@given("both of them are at work")
def both_at_work(context: Context) -> None:
    group = context.stage.the(KafkaConsumerGroup)

    def check() -> None:
        assert_that(min(map(len, group.assignments().values())), greater_than_or_equal_to(1), "the smaller share")
        assert_that(len(group.consumed), greater_than_or_equal_to(20), "messages that were worked on")

    eventually(check, within=SOON)


@when('"{name:Text}" ends in the middle of its work')
def ends(context: Context, name: str) -> None:
    context.stage.the(KafkaConsumerGroup).members[name].end()


@then('within {limit:Duration} "{name:Text}" works on all {count:Count} partitions')
def takes_over(context: Context, limit: timedelta, name: str, count: int) -> None:
    group = context.stage.the(KafkaConsumerGroup)
    eventually(
        lambda: assert_that(group.assignments(), equal_to({name: list(range(count))}), "who has what"), within=limit
    )
    record_figures(elapsed_since("time until the group has shared out its work again", group.last_leave_at))


@then("within {limit:Duration} every message that was confirmed has been worked on")
def all_worked_on(context: Context, limit: timedelta) -> None:
    made, group = _sent(context).made, context.stage.the(KafkaConsumerGroup)

    def check() -> None:
        ledger = context.stage.put(
            loss_ledger("messages", made, "the consumers", [one.value for one in group.consumed])
        )
        assert_that(len(ledger.lost()), equal_to(0), f"messages that are lost; {ledger}")
        assert_that(ledger.unexpected(), empty(), "messages that nobody sent")

    eventually(check, within=limit, every=0.1)


@then("none of them twice")
def none_twice(context: Context) -> None:
    assert_that(context.stage.the(Ledger).duplicated(), empty(), "messages that came twice")


@then("the changes of each order came in the order in which they were sent")
def in_order(context: Context) -> None:
    assert_that(out_of_order(context.stage.the(KafkaConsumerGroup).consumed), empty(), "changes that came too late")


def _sent(context: Context) -> Attempts:
    context.stage.the(Workers).end_workers()
    return context.stage.put(Attempts(tuple(context.stage.the(KafkaProducer).made)))
