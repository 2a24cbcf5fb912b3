"""An application that sends messages to Kafka and knows of each whether it was confirmed."""

import time
from collections.abc import Sequence
from typing import Any

from confluent_kafka import Producer

from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster
from support.workload.attempts import Attempt, Attempts

DELIVERY_S = 20.0  # how long a message is tried


class KafkaProducer:
    """Sends messages in the order in which it is told to; confirmed is what all replicas in sync have, if the set-up is sound."""

    def __init__(self, cluster: KafkaCluster, config: ClusterConfig) -> None:
        self.made: list[Attempt] = []  # everything that was sent and has met its fate
        self._topic = cluster.topic
        self._keys = config.kafka_uses_keys
        self._producer = Producer(
            {
                "bootstrap.servers": cluster.bootstrap_servers,
                "acks": config.kafka_acks,
                "enable.idempotence": config.kafka_acks == "all",
                "linger.ms": 1,
                "sticky.partitioning.linger.ms": 0,  # what has no key goes anywhere, and not to one place for a while
                "request.timeout.ms": 2000,
                "socket.timeout.ms": 3000,
                "message.timeout.ms": int(DELIVERY_S * 1000),
                "topic.metadata.refresh.interval.ms": 1000,
                "reconnect.backoff.max.ms": 300,
                "log_level": 0,
            }
        )

    def send(self, messages: Sequence[tuple[str, str]]) -> Attempts:
        """*messages* are keys and values, sent without waiting for one another; returns once the fate of each is known."""
        at, began = time.time(), time.monotonic()
        made: list[Attempt] = []
        for key, value in messages:
            self._producer.produce(
                self._topic,
                value.encode(),
                key.encode() if self._keys else None,
                on_delivery=lambda error, _message, value=value: made.append(_told(value, error, at, began)),  # type: ignore[misc]
            )
        self._producer.flush(DELIVERY_S + 5)
        self.made += made
        return Attempts(tuple(made))


def _told(value: str, error: Any, at: float, began: float) -> Attempt:
    fate = Fate.UNKNOWN if error else Fate.CONFIRMED
    return Attempt(value, fate, at, began, time.monotonic() - began, str(error) if error else "")
