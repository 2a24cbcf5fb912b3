"""A topic that one scenario creates and deletes."""

import secrets
from types import TracebackType
from typing import Self

from support.systems.infrastructure.clusters.kafka import KafkaCluster


class KafkaTopic:
    """Created immediately, and deleted at the end of the `with` block."""

    def __init__(self, cluster: KafkaCluster, partitions: int) -> None:
        self._cluster = cluster
        self.name = f"{cluster.run_id}-{secrets.token_hex(4)}"
        cluster.create_topic(self.name, partitions)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._cluster.delete_topic(self.name)
