"""A consumer group, whose consumers share the partitions of a topic and process its messages."""

import logging
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from confluent_kafka import Consumer, KafkaException, Message

from support.core.background import Background
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.kafka import KafkaCluster

BATCH, POLL_S, WORK_S = 20, 0.1, 0.002
NEXT_BATCH_S = 5.0  # while messages are sent


@dataclass(frozen=True, slots=True)
class ConsumedMessage:
    """One processed message. *at* is the time of processing (monotonic clock)."""

    value: str
    key: str | None
    partition: int
    offset: int
    consumer: str
    at: float


class _Consumer(Background):
    """Commits the offsets of processed messages (at least once). When it ends, it leaves its group in the middle of a batch."""

    def __init__(self, name: str, group: "KafkaConsumerGroup") -> None:
        super().__init__()
        self.name = name
        self.group = group
        self.hung, self.leaving = threading.Event(), threading.Event()
        self.assigned: list[list[int]] = []

    def leave(self) -> None:
        """Leave the group in the middle of the next batch, when it has messages that it has not processed yet."""
        self.leaving.set()
        self.over.wait(NEXT_BATCH_S)
        self.group.last_leave_at = time.monotonic()
        self.end()

    def hang(self) -> None:
        """Stay in the message that it processes now, until the end. The client library goes on in the background."""
        self.group.last_leave_at = time.monotonic()
        self.hung.set()

    def work(self) -> None:
        consumer = self.group.new_consumer(self.name)
        consumer.subscribe(
            [self.group.topic], on_assign=lambda _c, parts: self.assigned.append([p.partition for p in parts])
        )
        try:
            while not self.over.is_set():
                self._process(consumer, [one for one in consumer.consume(BATCH, POLL_S) if not one.error()])
        finally:
            consumer.close()

    def _process(self, consumer: Consumer, batch: list[Message]) -> None:
        if not self.group.config.kafka_commits_after_work:
            self._commit(consumer, batch)
        done = []
        for message in batch:
            if self.leaving.is_set():
                self.over.set()
            if self.over.wait(None if self.hung.is_set() else WORK_S):
                break
            self.group.record(message, self.name)
            done.append(message)
        if self.group.config.kafka_commits_after_work:
            self._commit(consumer, done)

    def _commit(self, consumer: Consumer, messages: list[Message]) -> None:
        try:
            for last in {message.partition(): message for message in messages}.values():
                consumer.commit(message=last, asynchronous=False)
        except KafkaException:
            return  # the group is rebalancing or has no coordinator; the messages will be delivered again


class KafkaConsumerGroup:
    """One consumer for each of *names*. `consumed` holds all processed messages in the order of processing."""

    def __init__(self, cluster: KafkaCluster, config: ClusterConfig, names: tuple[str, ...]) -> None:
        self.config = config
        self.topic = cluster.topic
        self._group = cluster.group = f"{cluster.topic}-group"
        self._bootstrap_servers = cluster.bootstrap_servers
        self._logger = _file_logger(cluster.logs / "Kafka-consumers.log")
        self.last_leave_at = 0.0  # monotonic clock
        self._consumed: list[ConsumedMessage] = []
        self.members = {name: _Consumer(name, self) for name in names}

    def __enter__(self) -> Self:
        for member in self.members.values():
            member.begin()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        with ExitStack() as stack:
            for member in self.members.values():
                member.over.set()
                stack.callback(member.end)

    @property
    def consumed(self) -> list[ConsumedMessage]:
        return list(self._consumed)

    def assignments(self) -> dict[str, list[int]]:
        """Return the partitions that are assigned to each consumer that runs and does not hang."""
        running = {name: one for name, one in self.members.items() if not (one.over.is_set() or one.hung.is_set())}
        return {name: one.assigned[-1] if one.assigned else [] for name, one in running.items()}

    def record(self, message: Message, consumer: str) -> None:
        key, value = message.key(), message.value()
        consumed = ConsumedMessage(
            value.decode() if value else "",
            key.decode() if key else None,
            message.partition() or 0,
            message.offset() or 0,
            consumer,
            time.monotonic(),
        )
        self._consumed.append(consumed)

    def new_consumer(self, name: str) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self._bootstrap_servers,
                "group.id": self._group,
                "client.id": name,
                "auto.offset.reset": "earliest" if self.config.kafka_reads_from_earliest else "latest",
                "enable.auto.commit": False,
                "session.timeout.ms": 3000,
                "heartbeat.interval.ms": 300,
                "max.poll.interval.ms": 6000,  # also limits the wait for a coordinator that freezes during a join
                "socket.timeout.ms": 3000,
                "fetch.wait.max.ms": 100,
                "topic.metadata.refresh.interval.ms": 1000,
                "reconnect.backoff.max.ms": 300,
                "debug": "cgrp",  # logs each rebalance, to explain why a consumer has no partition
                **self.config.kafka_consumer,
            },
            logger=self._logger,
        )


def _file_logger(file: Path) -> logging.Logger:
    log = logging.getLogger(str(file))
    log.propagate = False
    log.setLevel(logging.DEBUG)
    if not log.handlers:
        handler = logging.FileHandler(file, delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        log.addHandler(handler)
    return log
