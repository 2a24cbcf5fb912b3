"""As many messages as Kafka takes, sent by one program and received by another at the same time."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from confluent_kafka import Consumer, Producer

from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster

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
    def per_second(self) -> float:
        return min(self.confirmed, self.received) / self.seconds


def measure_throughput(cluster: KafkaCluster, config: ClusterConfig, messages: int) -> Throughput:
    ready = threading.Event()
    with ThreadPoolExecutor(1) as another:
        receiving = another.submit(_receive, cluster, messages, ready)
        ready.wait(PATIENCE_S)
        began = time.monotonic()
        confirmed = _send(cluster, config, messages)
        return Throughput(messages, confirmed, receiving.result(), time.monotonic() - began)


def _send(cluster: KafkaCluster, config: ClusterConfig, messages: int) -> int:
    """How many were confirmed."""
    confirmed = 0

    def told(error: object, _message: object) -> None:
        nonlocal confirmed
        confirmed += error is None

    producer = Producer(
        {
            "bootstrap.servers": cluster.bootstrap_servers,
            "acks": config.kafka_acks,
            "linger.ms": 5 if config.kafka_batches else 0,
            "batch.num.messages": 10_000 if config.kafka_batches else 1,
            "queue.buffering.max.messages": messages,
            "log_level": 0,
        }
    )
    for _ in range(messages):
        producer.produce(cluster.topic, b"x" * SIZE, on_delivery=told)
        producer.poll(0)
    producer.flush(PATIENCE_S)
    return confirmed


def _receive(cluster: KafkaCluster, messages: int, ready: threading.Event) -> int:
    """How many came, within so long."""
    consumer = Consumer(
        {
            "bootstrap.servers": cluster.bootstrap_servers,
            "group.id": f"{cluster.topic}-load",
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.subscribe([cluster.topic], on_assign=lambda *_: ready.set())
    received, deadline = 0, time.monotonic() + PATIENCE_S
    while received < messages and time.monotonic() < deadline:
        received += sum(not message.error() for message in consumer.consume(1000, 0.1))
    consumer.close()
    return received
