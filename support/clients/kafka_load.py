"""As many messages as Kafka takes, sent by one program and received by another at the same time."""

import threading
import time
from dataclasses import dataclass

from confluent_kafka import Consumer, Producer

from support.backends.clusters.kafka import KafkaCluster
from support.backends.clusters.setup import Setup

SIZE = 100  # bytes a message
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Throughput:
    """*seconds* run from the first message sent until all that were *sent* had been confirmed and *received*."""

    sent: int
    confirmed: int
    received: int
    seconds: float

    @property
    def a_second(self) -> float:
        return min(self.confirmed, self.received) / self.seconds


def push_through(cluster: KafkaCluster, setup: Setup, messages: int) -> Throughput:
    ready, received = threading.Event(), [0]
    receiver = threading.Thread(target=_receive, args=(cluster, messages, ready, received), daemon=True)
    receiver.start()
    ready.wait(PATIENCE_S)
    confirmed = [0]

    def told(error: object, _message: object) -> None:
        confirmed[0] += error is None

    producer = Producer(
        {
            "bootstrap.servers": cluster.addresses,
            "acks": setup.kafka_acks,
            "linger.ms": 5 if setup.kafka_sends_in_batches else 0,
            "batch.num.messages": 10_000 if setup.kafka_sends_in_batches else 1,
            "queue.buffering.max.messages": messages,
            "log_level": 0,
        }
    )
    began = time.monotonic()
    for _ in range(messages):
        producer.produce(cluster.topic, b"x" * SIZE, on_delivery=told)
        producer.poll(0)
    producer.flush(PATIENCE_S)
    receiver.join(PATIENCE_S)
    return Throughput(messages, confirmed[0], received[0], time.monotonic() - began)


def _receive(cluster: KafkaCluster, messages: int, ready: threading.Event, received: list[int]) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": cluster.addresses,
            "group.id": f"{cluster.topic}-load",
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.subscribe([cluster.topic], on_assign=lambda *_: ready.set())
    deadline = time.monotonic() + PATIENCE_S
    while received[0] < messages and time.monotonic() < deadline:
        received[0] += sum(not message.error() for message in consumer.consume(1000, 0.1))
    consumer.close()
