"""Measures Kafka's throughput: one program sends as fast as possible while another one receives."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from confluent_kafka import Consumer, Producer

from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster

MESSAGE_BYTES = 100
TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Throughput:
    """*seconds* is the time from the first message sent until all had been confirmed and received, or until the time-out."""

    sent: int
    confirmed: int
    received: int
    seconds: float

    @property
    def per_second(self) -> float:
        return min(self.confirmed, self.received) / self.seconds


def measure_throughput(cluster: KafkaCluster, config: ClusterConfig, messages: int) -> Throughput:
    ready = threading.Event()
    with ThreadPoolExecutor(1) as receiver:
        receiving = receiver.submit(_receive, cluster, messages, ready)
        ready.wait(TIMEOUT_S)
        began = time.monotonic()
        confirmed = _send(cluster, config, messages)
        return Throughput(messages, confirmed, receiving.result(), time.monotonic() - began)


def _send(cluster: KafkaCluster, config: ClusterConfig, messages: int) -> int:
    """Send *messages*, and return how many were confirmed."""
    confirmed = 0

    def count(error: object, _message: object) -> None:
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
    for number in range(messages):
        producer.produce(cluster.topic, f"{number:0{MESSAGE_BYTES}}".encode(), on_delivery=count)
        producer.poll(0)
    producer.flush(TIMEOUT_S)
    return confirmed


def _receive(cluster: KafkaCluster, messages: int, ready: threading.Event) -> int:
    """Receive *messages*, and return how many different ones came before the time-out.

    Sets *ready* once partitions are assigned.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": cluster.bootstrap_servers,
            "group.id": f"{cluster.topic}-load",
            "auto.offset.reset": "earliest",
            "log_level": 0,
        }
    )
    consumer.subscribe([cluster.topic], on_assign=lambda *_: ready.set())
    received: set[bytes] = set()
    deadline = time.monotonic() + TIMEOUT_S
    while len(received) < messages and time.monotonic() < deadline:
        received |= {value for one in consumer.consume(1000, 0.1) if not one.error() and (value := one.value())}
    consumer.close()
    return len(received)
