"""Defects that real teams introduce when they configure or use clusters. The scenarios must detect each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.core.errors import UsageError
from support.systems.infrastructure.clusters.config import ClusterConfig


@dataclass(frozen=True, slots=True)
class Defect:
    """One defect: the *changes* to the fields of `ClusterConfig`.

    *story* says in one sentence what is wrong. The scenarios of the requirements in *breaks* must fail; those of the
    requirements in *spills* may fail. A *control* is not wrong: no scenario may fail, and all of those in *breaks* are tried.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    changes: Mapping[str, Any]
    spills: tuple[str, ...] = ()
    control: bool = False


def _defect(name: str, story: str, *breaks: str, spills: tuple[str, ...] = (), **changes: object) -> Defect:
    return Defect(name, story, breaks, changes, spills)


DEFECTS = {
    defect.name: defect
    for defect in (
        _defect(
            "waits-too-long",
            "the application waits many seconds for a service that does not answer",
            "INFRA-NET-1",
            "INFRA-NET-3",
            spills=("INFRA-NET-2",),
            timeout_s=6.0,
        ),
        _defect(
            "needs-everything",
            "the application works only while all of its dependencies are available",
            "INFRA-NET-2",
            requires_all_services=True,
        ),
        _defect(
            "leaves-its-data",
            "the data that a run stored in an attached service is left there",
            "INFRA-ENV-1",
            removes_stored_data=False,
        ),
        _defect(
            "redis-without-persistence",
            "Redis keeps its data in memory only",
            "INFRA-REDIS-2",
            redis_appendonly=False,
        ),
        _defect(
            "redis-unanimous-sentinels",
            "the quorum of the sentinels is larger than their number",
            "INFRA-REDIS-4",
            redis_quorum=4,
        ),
        _defect(
            "redis-fixed-primary",
            "the application keeps the address that the primary had when the application started",
            "INFRA-REDIS-4",
            redis_uses_sentinels=False,
        ),
        _defect(
            "redis-confirmed-by-one",
            "a write counts as confirmed before any replica has it",
            "INFRA-REDIS-4",
            redis_write_acks=0,
        ),
        _defect(
            "redis-confirmed-by-all",
            "a write counts as confirmed only when every replica has it",
            "INFRA-REDIS-4",
            redis_write_acks=2,
        ),
        _defect(
            "redis-one-key-for-all",
            "all values are stored under one key",
            *(f"INFRA-REDIS-{number}" for number in (1, 2, 4)),
            spills=("INFRA-NET-3",),
            redis_unique_keys=False,
        ),
        _defect(
            "redis-forgets-expiry", "values are stored without their expiry", "INFRA-REDIS-1", redis_sets_expiry=False
        ),
        _defect(
            "redis-pool-without-limit",
            "the application opens any number of connections",
            "INFRA-REDIS-3",
            "INFRA-REDIS-5",
            redis_pool_limited=False,
        ),
        _defect(
            "redis-leaks-connections",
            "a used connection is not returned to the pool",
            "INFRA-REDIS-3",
            "INFRA-REDIS-5",
            redis_returns_connections=False,
        ),
        _defect(
            "etcd-with-two-members",
            "the cluster has two members, so that it tolerates no failure",
            *(f"INFRA-ETCD-{number}" for number in (2, 3, 4, 5, 6)),
            spills=("INFRA-ENV-1",),
            etcd_members=2,
        ),
        _defect(
            "etcd-through-one-member",
            "the application knows only one member",
            *(f"INFRA-ETCD-{number}" for number in (4, 5, 6)),
            etcd_fails_over=False,
        ),
        _defect(
            "etcd-reads-serializable",
            "the application uses serializable reads, which one member answers from its own data",
            "INFRA-ETCD-6",
            spills=("INFRA-ETCD-1",),
            etcd_serializable_reads=True,
        ),
        _defect(
            "etcd-remembers-what-it-read",
            "the application reads a value once and caches it for ever",
            "INFRA-ETCD-1",
            "INFRA-ETCD-6",
            etcd_reads_uncached=False,
        ),
        _defect(
            "etcd-watch-starts-over",
            "a watch that has lost its member resumes at the current revision, not at the last one that it saw",
            "INFRA-ETCD-3",
            etcd_watch_resumes=False,
        ),
        _defect(
            "etcd-watches-a-part",
            "a program watches a prefix that covers only some of its keys",
            "INFRA-ETCD-3",
            etcd_watch_prefix="entry-1",
        ),
        _defect(
            "kafka-one-replica",
            "a topic has only one replica",
            *(f"INFRA-KAFKA-{number}" for number in (1, 4, 5, 6)),
            kafka_replication_factor=1,
        ),
        _defect(
            "kafka-reads-from-now-on",
            "a new consumer group skips the messages that were sent before it existed",
            "INFRA-KAFKA-2",
            "INFRA-KAFKA-3",
            spills=("INFRA-KAFKA-4", "INFRA-KAFKA-5"),
            kafka_reads_from_earliest=False,
        ),
        _defect(
            "kafka-waits-for-nobody",
            "a message counts as confirmed once it has been sent (acks=0)",
            "INFRA-KAFKA-4",
            spills=("INFRA-KAFKA-5",),
            kafka_acks="0",
        ),
        _defect(
            "kafka-without-keys",
            "messages have no key, so that those about the same thing go to different partitions",
            "INFRA-KAFKA-3",
            kafka_uses_keys=False,
        ),
        _defect(
            "kafka-commits-before-work",
            "a consumer commits its offset before it has processed the messages",
            "INFRA-KAFKA-5",
            kafka_commits_after_work=False,
        ),
        _defect(
            "kafka-without-batches",
            "every message is sent in its own batch",
            "INFRA-PERF-2",
            kafka_batches=False,
        ),
        _defect(
            "narrow-line",
            "the network of the application carries 100 kbit/s",
            "INFRA-PERF-1",
            "INFRA-PERF-3",
            "INFRA-PERF-4",
            spills=(*(f"INFRA-REDIS-{number}" for number in (2, 3, 4, 5)), "INFRA-MYSQL-2", "INFRA-MYSQL-3"),
            bandwidth_kbit=100,
        ),
        _defect(
            "mysql-pool-without-limit",
            "the application opens any number of connections",
            "INFRA-MYSQL-1",
            "INFRA-MYSQL-3",
            mysql_max_open=0,
        ),
        _defect(
            "mysql-keeps-all-idle",
            "the pool never closes an idle connection",
            *(f"INFRA-MYSQL-{number}" for number in (1, 3, 5)),
            mysql_max_idle=25,
        ),
        _defect("mysql-never-renews", "a connection has no maximum lifetime", "INFRA-MYSQL-1", mysql_max_lifetime_s=-1),
        _defect(
            "mysql-renews-too-often",
            "the maximum lifetime of a connection is only a minute",
            "INFRA-MYSQL-1",
            mysql_max_lifetime_s=60,
        ),
        _defect(
            "mysql-queries-without-end",
            "a query has no time-out",
            "INFRA-MYSQL-4",
            mysql_query_timeout_s=0,
        ),
        _defect(
            "mysql-leaks-connections",
            "a connection is not returned to the pool after an error",
            *(f"INFRA-MYSQL-{number}" for number in (1, 4, 5)),
            spills=("INFRA-MYSQL-3",),
            mysql_returns_connections=False,
        ),
        _defect(
            "mysql-trusts-old-connections",
            "a connection is used without a check whether it is still open",
            "INFRA-MYSQL-4",
            mysql_pre_ping=False,
        ),
        _defect(
            "mysql-numbers-rows-itself",
            "the application numbers a new row with the highest number plus one, instead of AUTO_INCREMENT",
            "INFRA-MYSQL-2",
            mysql_auto_increment=False,
        ),
    )
}


def config_with_defect(defect: str) -> ClusterConfig:
    """Return the configuration with *defect*, or the correct one if it is empty. Raises `UsageError` if it is unknown."""
    if not defect:
        return ClusterConfig()
    if defect not in DEFECTS:
        raise UsageError(f"there is no infrastructure defect {defect!r}; known are {', '.join(DEFECTS)}")
    return replace(ClusterConfig(), **DEFECTS[defect].changes)
