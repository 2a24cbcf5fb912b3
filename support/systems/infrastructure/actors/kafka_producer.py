"""An application that sends messages to Kafka and records whether each was confirmed."""

import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Producer

from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.workload.attempts import Attempt, Attempts

DELIVERY_TIMEOUT_S = 20.0  # for one message, including retries


class KafkaProducer:
    """Sends messages in order, and tries for *timeout_s* (`DELIVERY_TIMEOUT_S` by default) to send each.

    By default a message is confirmed once all in-sync replicas have it (acks=all).
    """

    def __init__(self, cluster: KafkaCluster, config: ClusterConfig, timeout_s: float | None = None) -> None:
        self._timeout_s = timeout_s or DELIVERY_TIMEOUT_S
        self.made: list[Attempt] = []  # all sends, each with its outcome
        self._topic = cluster.topic
        self._keys = config.kafka_uses_keys
        self._producer = Producer(
            {
                "bootstrap.servers": cluster.bootstrap_servers,
                "acks": config.kafka_acks,
                "enable.idempotence": config.kafka_acks == "all",
                "linger.ms": 1,
                "sticky.partitioning.linger.ms": 0,  # spread messages without a key over all partitions
                "request.timeout.ms": 2000,
                "socket.timeout.ms": 3000,
                "message.timeout.ms": int(self._timeout_s * 1000),
                "topic.metadata.refresh.interval.ms": 1000,
                "reconnect.backoff.max.ms": 300,
                "log_level": 0,
                **config.kafka_producer,
            }
        )

    def send(self, messages: Sequence[tuple[str, str]]) -> Attempts:
        """Send *messages*, which are keys and values, without waiting between them, and then wait for the outcome of each."""
        at, began = time.time(), time.monotonic()
        made: list[Attempt] = []
        for key, value in messages:
            self._producer.produce(
                self._topic,
                value.encode(),
                key.encode() if self._keys else None,
                on_delivery=lambda error, _message, value=value: made.append(_attempt(value, error, at, began)),  # type: ignore[misc]
            )
        self._producer.flush(self._timeout_s + 5)
        self.made += made
        return Attempts(tuple(made))


def _attempt(value: str, error: Any, at: float, began: float) -> Attempt:
    fate = Fate.UNKNOWN if error else Fate.CONFIRMED
    return Attempt(value, fate, at, began, time.monotonic() - began, str(error) if error else "")
