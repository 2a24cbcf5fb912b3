"""Mistakes that real teams make in setting up clusters and in using them, each put in from outside to see who notices."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.core.errors import UsageError
from support.systems.infrastructure.clusters.config import ClusterConfig


@dataclass(frozen=True, slots=True)
class Defect:
    """`story` says in one sentence what is wrong; `breaks` are the requirements whose scenarios have to notice it.

    Scenarios of those that it `spills` over to may turn red as well.
    """

    name: str
    story: str
    breaks: tuple[str, ...]
    changes: Mapping[str, Any]
    spills: tuple[str, ...] = ()


def _defect(name: str, story: str, *breaks: str, spills: tuple[str, ...] = (), **changes: object) -> Defect:
    return Defect(name, story, breaks, changes, spills)


DEFECTS = {
    defect.name: defect
    for defect in (
        _defect(
            "waits-too-long",
            "the application gives a service that does not answer many seconds",
            "INFRA-NET-1",
            "INFRA-NET-3",
            spills=("INFRA-NET-2",),
            timeout_s=6.0,
        ),
        _defect(
            "needs-everything",
            "the application does nothing unless all that it depends on is there",
            "INFRA-NET-2",
            requires_all_services=True,
        ),
        _defect(
            "leaves-its-data",
            "what was stored in services that ran before is left there",
            "INFRA-ENV-1",
            removes_stored_data=False,
        ),
        _defect(
            "redis-without-persistence",
            "Redis keeps everything in memory alone",
            "INFRA-REDIS-2",
            redis_appendonly=False,
        ),
        _defect(
            "redis-unanimous-sentinels",
            "the sentinels replace a primary only if more of them agree than there are",
            "INFRA-REDIS-4",
            redis_quorum=4,
        ),
        _defect(
            "redis-fixed-primary",
            "the application remembers where the primary was when it started",
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
            "the key of a value is made without the value's name",
            *(f"INFRA-REDIS-{number}" for number in (1, 2, 4)),
            spills=("INFRA-NET-3",),
            redis_unique_keys=False,
        ),
        _defect(
            "redis-forgets-expiry", "values are stored without their expiry", "INFRA-REDIS-1", redis_sets_expiry=False
        ),
        _defect(
            "redis-pool-without-limit",
            "the application opens as many connections as it likes",
            "INFRA-REDIS-3",
            "INFRA-REDIS-5",
            redis_pool_limited=False,
        ),
        _defect(
            "redis-leaks-connections",
            "a connection that was used is not given back to the pool",
            "INFRA-REDIS-3",
            "INFRA-REDIS-5",
            redis_returns_connections=False,
        ),
        _defect(
            "etcd-with-two-members",
            "the cluster has two members, of which none may fail",
            *(f"INFRA-ETCD-{number}" for number in (2, 3, 4, 5, 6)),
            spills=("INFRA-ENV-1",),
            etcd_members=2,
        ),
        _defect(
            "etcd-through-one-member",
            "the application knows one member alone",
            *(f"INFRA-ETCD-{number}" for number in (4, 5, 6)),
            etcd_fails_over=False,
        ),
        _defect(
            "etcd-reads-serializable",
            "the application is content with what a member knows by itself",
            "INFRA-ETCD-6",
            spills=("INFRA-ETCD-1",),
            etcd_serializable_reads=True,
        ),
        _defect(
            "etcd-remembers-what-it-read",
            "the application asks for a value once, and takes it from its memory from then on",
            "INFRA-ETCD-1",
            "INFRA-ETCD-6",
            etcd_reads_uncached=False,
        ),
        _defect(
            "etcd-watch-starts-over",
            "a watch that has lost its member goes on from the present",
            "INFRA-ETCD-3",
            etcd_watch_resumes=False,
        ),
        _defect(
            "etcd-watches-a-part",
            "a program watches only a part of what it wants to know",
            "INFRA-ETCD-3",
            etcd_watch_prefix="entry-1",
        ),
        _defect(
            "kafka-one-replica",
            "a topic is kept by one broker alone",
            *(f"INFRA-KAFKA-{number}" for number in (1, 4, 5, 6)),
            kafka_replication_factor=1,
        ),
        _defect(
            "kafka-reads-from-now-on",
            "a new group of consumers leaves out what was sent before it was there",
            "INFRA-KAFKA-2",
            "INFRA-KAFKA-3",
            spills=("INFRA-KAFKA-4",),
            kafka_reads_from_earliest=False,
        ),
        _defect(
            "kafka-waits-for-nobody",
            "a message counts as confirmed once it has been sent",
            "INFRA-KAFKA-4",
            spills=("INFRA-KAFKA-5",),
            kafka_acks="0",
        ),
        _defect(
            "kafka-without-keys",
            "messages about the same thing go to any partition",
            "INFRA-KAFKA-3",
            kafka_uses_keys=False,
        ),
        _defect(
            "kafka-commits-before-work",
            "a consumer says that it is done with messages before it has done its work",
            "INFRA-KAFKA-5",
            kafka_commits_after_work=False,
        ),
        _defect(
            "kafka-without-batches",
            "every message is sent by itself",
            "INFRA-PERF-2",
            kafka_batches=False,
        ),
        _defect(
            "narrow-line",
            "the line of the application carries 100 kbit a second",
            "INFRA-PERF-1",
            "INFRA-PERF-3",
            "INFRA-PERF-4",
            spills=(*(f"INFRA-REDIS-{number}" for number in (2, 3, 4, 5)), "INFRA-MYSQL-2", "INFRA-MYSQL-3"),
            bandwidth_kbit=100,
        ),
        _defect(
            "mysql-pool-without-limit",
            "the application opens as many connections as it likes",
            "INFRA-MYSQL-1",
            "INFRA-MYSQL-3",
            mysql_max_open=0,
        ),
        _defect(
            "mysql-keeps-all-idle",
            "no connection is ever closed while there is nothing to do",
            *(f"INFRA-MYSQL-{number}" for number in (1, 3, 5)),
            mysql_max_idle=25,
        ),
        _defect(
            "mysql-never-renews", "a connection may grow as old as it likes", "INFRA-MYSQL-1", mysql_max_lifetime_s=-1
        ),
        _defect("mysql-renews-too-often", "a connection lives for a minute", "INFRA-MYSQL-1", mysql_max_lifetime_s=60),
        _defect(
            "mysql-queries-without-end",
            "a query may take as long as it likes",
            "INFRA-MYSQL-4",
            mysql_query_timeout_s=0,
        ),
        _defect(
            "mysql-leaks-connections",
            "a connection is not given back when something goes wrong, or is forgotten",
            *(f"INFRA-MYSQL-{number}" for number in (1, 4, 5)),
            spills=("INFRA-MYSQL-3",),
            mysql_returns_connections=False,
        ),
        _defect(
            "mysql-trusts-old-connections",
            "a connection is used without a look whether it still is one",
            "INFRA-MYSQL-4",
            mysql_pre_ping=False,
        ),
        _defect(
            "mysql-numbers-rows-itself",
            "the application numbers its rows by one more than the highest number",
            "INFRA-MYSQL-2",
            mysql_auto_increment=False,
        ),
    )
}


def config_with_defect(defect: str) -> ClusterConfig:
    """The sound set-up, or the one with *defect* in it; raises `UsageError` if nobody knows that one."""
    if not defect:
        return ClusterConfig()
    if defect not in DEFECTS:
        raise UsageError(f"there is no infrastructure defect {defect!r}; known are {', '.join(DEFECTS)}")
    return replace(ClusterConfig(), **DEFECTS[defect].changes)
