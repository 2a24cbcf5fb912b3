"""Kafka: the consumers of a group, which share out the partitions and process the messages."""

from datetime import timedelta

from hamcrest import empty, equal_to, greater_than_or_equal_to

from steps.infrastructure.kafka_steps import SOON, keeps_sending
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently
from support.measure.ledger import Ledger
from support.reporting.figures import record_figures
from support.systems.infrastructure.actors.kafka_consumer_group import KafkaConsumerGroup
from support.systems.infrastructure.actors.kafka_producer import KafkaProducer
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.observers.message_order import out_of_order
from support.workload.attempts import Attempts, Workers
from support.workload.call_times import elapsed_since
from support.workload.loss_account import loss_ledger


@when('"{first:Text}" and "{second:Text}" consume the messages as one group')
def consume(context: Context, first: str, second: str) -> None:
    stage = context.stage
    group = KafkaConsumerGroup(stage.the(KafkaCluster), stage.the(ClusterConfig), (first, second))
    stage.put(stage.the(Workers).keep(group))


@given('an application keeps sending messages, and "{first:Text}" and "{second:Text}" both process them as one group')
def group_processes(context: Context, first: str, second: str) -> None:
    consume(context, first, second)
    keeps_sending(context)
    group = context.stage.the(KafkaConsumerGroup)

    def check() -> None:
        assert_that(
            min(map(len, group.assignments().values())),
            greater_than_or_equal_to(1),
            "the fewest partitions of a consumer",
        )
        assert_that(len(group.consumed), greater_than_or_equal_to(20), "processed messages")

    patiently(check, within=SOON)


@when('"{name:Text}" leaves the group while it processes messages')
def consumer_leaves(context: Context, name: str) -> None:
    context.stage.the(KafkaConsumerGroup).members[name].leave()


@when('"{name:Text}" hangs while it processes a message')
def consumer_hangs(context: Context, name: str) -> None:
    context.stage.the(KafkaConsumerGroup).members[name].hang()


@then('within {limit:Duration} "{name:Text}" consumes all {count:Count} partitions')
def takes_over(context: Context, limit: timedelta, name: str, count: int) -> None:
    group = context.stage.the(KafkaConsumerGroup)
    eventually(
        lambda: assert_that(
            group.assignments(), equal_to({name: list(range(count))}), "the partitions of each consumer"
        ),
        within=limit,
    )
    record_figures(elapsed_since("time until the group has shared out its work again", group.last_leave_at))


@then("within {limit:Duration} the consumers have processed every confirmed message")
def all_processed(context: Context, limit: timedelta) -> None:
    made, group = _sent(context).made, context.stage.the(KafkaConsumerGroup)

    def check() -> None:
        ledger = context.stage.put(
            loss_ledger("messages", made, "the consumers", [one.value for one in group.consumed])
        )
        assert_that(len(ledger.lost()), equal_to(0), f"confirmed messages that were not processed; {ledger}")
        assert_that(ledger.unexpected(), empty(), "processed messages that were never sent")

    eventually(check, within=limit, every=0.1)


@then("no message has been processed twice")
def none_twice(context: Context) -> None:
    assert_that(context.stage.the(Ledger).duplicated(), empty(), "messages that were processed twice")


@then("the changes of each order have been processed in the order in which they were sent")
def in_order(context: Context) -> None:
    assert_that(
        out_of_order(context.stage.the(KafkaConsumerGroup).consumed),
        empty(),
        "changes that were processed after a later change",
    )


def _sent(context: Context) -> Attempts:
    context.stage.the(Workers).end_workers()
    return context.stage.put(Attempts(tuple(context.stage.the(KafkaProducer).made)))
