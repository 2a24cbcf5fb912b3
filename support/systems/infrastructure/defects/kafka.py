"""Mistakes with Kafka: topics, producers and consumers."""

from collections.abc import Sequence
from dataclasses import replace
from weakref import WeakKeyDictionary

from confluent_kafka import Consumer, Message

from support.systems.infrastructure.actors import kafka_producer, kafka_throughput
from support.systems.infrastructure.actors.kafka_consumer_group import KafkaConsumerGroup, _Consumer
from support.systems.infrastructure.actors.kafka_producer import KafkaProducer
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.systems.infrastructure.defects.registry import Patch, breaks, configured
from support.workload.attempts import Attempts

STATIC: dict[str, object] = {"session.timeout.ms": 45_000, "max.poll.interval.ms": 60_000}
CONFIGURED = (
    configured(
        "kafka-one-replica",
        "a topic has only one replica",
        *(f"INFRA-KAFKA-{number}" for number in (1, 4, 5, 6)),
        kafka_replication_factor=1,
    ),
    configured(
        "kafka-reads-from-now-on",
        "a new consumer group skips the messages that were sent before it existed",
        "INFRA-KAFKA-2",
        "INFRA-KAFKA-3",
        spills=("INFRA-KAFKA-4", "INFRA-KAFKA-5"),
        kafka_reads_from_earliest=False,
    ),
    configured(
        "kafka-waits-for-nobody",
        "a message counts as confirmed once it has been sent (acks=0)",
        "INFRA-KAFKA-4",
        spills=("INFRA-KAFKA-5",),
        kafka_acks="0",
    ),
    configured(
        "kafka-without-keys",
        "messages have no key, so that those about the same thing go to different partitions",
        "INFRA-KAFKA-3",
        kafka_uses_keys=False,
    ),
    configured(
        "kafka-commits-before-work",
        "a consumer commits its offset before it has processed the messages",
        "INFRA-KAFKA-5",
        kafka_commits_after_work=False,
    ),
    configured(
        "kafka-without-batches",
        "every message is sent in its own batch",
        "INFRA-PERF-2",
        kafka_batches=False,
    ),
    configured(
        "kafka-confirmed-by-one",
        "a message counts as confirmed once one broker has it (acks=1)",
        "INFRA-KAFKA-4",
        kafka_acks="1",
    ),
    configured(
        "kafka-one-in-sync-is-enough",
        "a topic confirms messages although one broker alone is in sync (min.insync.replicas=1)",
        "INFRA-KAFKA-1",
        kafka_topic={"min.insync.replicas": "1"},
    ),
    configured(
        "kafka-auto-commits",
        "the client library commits the offsets of messages that it has handed out",
        "INFRA-KAFKA-5",
        kafka_consumer={"enable.auto.commit": True, "auto.commit.interval.ms": 100},
    ),
    configured(
        "kafka-offsets-on-one-broker",
        "the offsets of consumer groups are stored on one broker alone",
        "INFRA-KAFKA-5",
        spills=("INFRA-KAFKA-4",),
        kafka_broker={"offsets.topic.replication.factor": 1},
    ),
    configured(
        "kafka-waits-for-hung-consumers",
        "a consumer that hangs keeps its partitions for a minute",
        "INFRA-KAFKA-5",
        kafka_consumer={"session.timeout.ms": 45_000, "max.poll.interval.ms": 60_000},
    ),
    configured(
        "kafka-two-replicas",
        "a topic has two replicas, and confirms messages that one broker holds",
        "INFRA-KAFKA-1",
        "INFRA-KAFKA-6",
        spills=("INFRA-KAFKA-4", "INFRA-KAFKA-5"),
        kafka_replication_factor=2,
        kafka_topic={"min.insync.replicas": "1"},
    ),
)


@breaks("INFRA-KAFKA-3")
def kafka_newest_first(patch: Patch) -> None:
    """A consumer processes the newest of the messages that it has fetched first."""
    sound = _Consumer._process

    def process(self: _Consumer, consumer: Consumer, batch: list[Message]) -> None:
        sound(self, consumer, batch[::-1])

    patch(_Consumer, "_process", process)


@breaks("INFRA-KAFKA-3", spills=("INFRA-KAFKA-4", "INFRA-KAFKA-5"))
def kafka_sends_failed_messages_later(patch: Patch) -> None:
    """A message that was not confirmed within a second is put aside, and sent again after later ones."""
    sound = KafkaProducer.send
    aside: WeakKeyDictionary[KafkaProducer, list[tuple[str, str]]] = WeakKeyDictionary()

    def send(self: KafkaProducer, messages: Sequence[tuple[str, str]]) -> Attempts:
        made, kept = sound(self, messages), aside.setdefault(self, [])
        failed = {one.what for one in made.made if not one.confirmed}
        if not failed:
            for key, value in kept:
                self._producer.produce(self._topic, value.encode(), key.encode())
            kept.clear()
        kept += [(key, value) for key, value in messages if value in failed]
        return made

    patch(kafka_producer, "DELIVERY_TIMEOUT_S", 1.0)
    patch(KafkaProducer, "send", send)


@breaks("INFRA-KAFKA-2")
def kafka_sends_twice(patch: Patch) -> None:
    """A message is sent once more when it has not been confirmed within a millisecond."""
    sound = KafkaProducer.send

    def send(self: KafkaProducer, messages: Sequence[tuple[str, str]]) -> Attempts:
        made = sound(self, messages)
        slow = {one.what for one in made.made if one.took_s > 0.001}
        for key, value in messages:
            if value in slow:
                self._producer.produce(self._topic, value.encode(), key.encode())
        return made

    patch(KafkaProducer, "send", send)


@breaks("INFRA-KAFKA-5")
def kafka_members_stay_when_they_leave(patch: Patch) -> None:
    """A consumer has a fixed name in its group, which keeps its partitions for 45 seconds after it has left."""
    sound = KafkaConsumerGroup.new_consumer

    def new_consumer(self: KafkaConsumerGroup, name: str) -> Consumer:
        self.config = replace(self.config, kafka_consumer=STATIC | {"group.instance.id": name})
        return sound(self, name)

    patch(KafkaConsumerGroup, "new_consumer", new_consumer)


@breaks("INFRA-PERF-2")
def kafka_drops_messages(patch: Patch) -> None:
    """A producer that sends fast drops one message in a thousand, and counts it as sent."""
    sound = kafka_throughput._send

    def send(cluster: KafkaCluster, config: ClusterConfig, messages: int) -> int:
        return sound(cluster, config, messages - messages // 1000) + messages // 1000

    patch(kafka_throughput, "_send", send)
