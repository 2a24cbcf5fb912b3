"""The configuration of the clusters and of the applications that use them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ClusterConfig:
    """The defaults are correct; a defect replaces some of them. Fields whose names do not say enough:

    `timeout_s`: time-out of an application for a connection or an answer.
    `removes_stored_data`: whether a run removes its data from attached services.
    `attached_variant`: the broken variant on which a run judges a service that already runs, within this one.
    `requires_all_services`: whether a write to Redis first reads a value from etcd, and a write to etcd one from Redis.
    `bandwidth_kbit`: bandwidth of the applications' network in kbit/s, 0 for no limit.
    `redis_quorum`: number of sentinels that must agree that the primary is down.
    `redis_write_acks`: number of replicas that must acknowledge a write before the application counts it as confirmed.
    `etcd_serializable_reads`: whether one member may answer a read from its own data, without consensus.
    `etcd_reads_uncached`: whether each read asks etcd; otherwise the application repeats the first value that it read.
    `etcd_watch_prefix`: the prefix of the watched keys, below the application's own prefix.
    `mysql_max_open`: maximum number of connections, 0 for no limit. `mysql_max_idle`: how many stay open when idle.
    `mysql_max_lifetime_s`: age in seconds at which a connection is replaced, -1 for never.
    `mysql_query_timeout_s`: 0 for no limit.

    The mappings at the end add to the settings of servers and of clients' libraries, or replace them, by the names that these use.
    """

    timeout_s: float = 0.5
    removes_stored_data: bool = True
    attached_variant: str = ""
    requires_all_services: bool = False
    bandwidth_kbit: int = 0
    redis_appendonly: bool = True
    redis_quorum: int = 2
    redis_write_acks: int = 1
    redis_sets_expiry: bool = True
    redis_unique_keys: bool = True
    redis_uses_sentinels: bool = True
    redis_pool_limited: bool = True
    redis_returns_connections: bool = True
    etcd_members: int = 3
    etcd_fails_over: bool = True
    etcd_serializable_reads: bool = False
    etcd_reads_uncached: bool = True
    etcd_watch_resumes: bool = True
    etcd_watch_prefix: str = ""
    kafka_replication_factor: int = 3
    kafka_acks: str = "all"
    kafka_uses_keys: bool = True
    kafka_batches: bool = True
    kafka_reads_from_earliest: bool = True
    kafka_commits_after_work: bool = True
    mysql_max_open: int = 25
    mysql_max_idle: int = 5
    mysql_max_lifetime_s: int = 300
    mysql_query_timeout_s: int = 2
    mysql_returns_connections: bool = True
    mysql_pre_ping: bool = True
    mysql_auto_increment: bool = True
    etcd_server: Mapping[str, object] = field(default_factory=dict)
    redis_server: Mapping[str, object] = field(default_factory=dict)
    redis_sentinel: Mapping[str, object] = field(default_factory=dict)
    redis_pool: Mapping[str, object] = field(default_factory=dict)
    kafka_broker: Mapping[str, object] = field(default_factory=dict)
    kafka_topic: Mapping[str, str] = field(default_factory=dict)
    kafka_producer: Mapping[str, object] = field(default_factory=dict)
    kafka_consumer: Mapping[str, object] = field(default_factory=dict)
    mysql_server: Mapping[str, object] = field(default_factory=dict)
    mysql_pool: Mapping[str, object] = field(default_factory=dict)
