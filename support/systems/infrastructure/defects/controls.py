"""What the features leave open: nothing of it is a mistake, and no scenario may take it for one."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from support.systems.infrastructure.actors import mysql_pool, query_limit, redis_application
from support.systems.infrastructure.actors.etcd_application import EtcdApplication
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.actors.redis_pool import RedisPool
from support.systems.infrastructure.clusters import etcd, redis
from support.systems.infrastructure.defects.registry import Patch, allowed, breaks
from support.workload.attempts import Attempt

ETCD = tuple(f"INFRA-ETCD-{number}" for number in range(1, 7))
REDIS = tuple(f"INFRA-REDIS-{number}" for number in range(1, 6))
NETWORK = tuple(f"INFRA-NET-{number}" for number in range(1, 4))
CONFIGURED = (
    allowed(
        "etcd-elections-after-two-seconds",
        "a follower waits two seconds for its leader, and votes without asking first whether it could win",
        *ETCD,
        etcd_server={"election-timeout": 2_000, "heartbeat-interval": 200, "pre-vote": "false"},
    ),
    allowed(
        "redis-accepts-writes-without-replicas",
        "an isolated primary accepts writes, which no replica acknowledges, so that the application does not confirm them",
        "INFRA-REDIS-4",
        redis_server={"min-replicas-to-write": 0},
    ),
    allowed(
        "kafka-waits-for-a-batch",
        "a producer waits a tenth of a second for further messages before it sends a batch",
        "INFRA-KAFKA-2",
        "INFRA-KAFKA-3",
        "INFRA-KAFKA-4",
        kafka_producer={"linger.ms": 100},
    ),
    allowed(
        "mysql-logs-more",
        "MySQL keeps a binary log, and closes connections that have been idle for a minute",
        *(f"INFRA-MYSQL-{number}" for number in range(1, 6)),
        mysql_server={"log-bin": "binlog", "server-id": 1, "wait-timeout": 60},
    ),
)


@breaks(*ETCD, *REDIS, *NETWORK, control=True)
def each_call_takes_longer(patch: Patch) -> None:
    """Each call of an application to etcd or to Redis takes 100 milliseconds more."""

    def slow(call: Callable[..., Any]) -> Callable[..., Any]:
        def do(*words: Any, **named: Any) -> Any:
            threading.Event().wait(0.1)
            return call(*words, **named)

        return do

    for owner, name in ((EtcdApplication, "_call"), (RedisApplication, "store"), (RedisApplication, "read")):
        patch(owner, name, slow(getattr(owner, name)))


@breaks("INFRA-ETCD-2", "INFRA-REDIS-4", control=True)
def members_listen_elsewhere(patch: Patch) -> None:
    """The members of etcd and of Redis have other names and listen on other ports."""
    patch(etcd, "CLIENT_PORT", 12379)
    patch(etcd, "PEER_PORT", 12380)
    patch(etcd, "_name", lambda target: f"config-store-{target.name[-1]}")
    patch(redis, "SERVER_PORT", 16379)
    patch(redis, "SENTINEL_PORT", 26379)
    for module in (redis, redis_application):
        patch(module, "MASTER_NAME", "sessions")


@breaks("INFRA-NET-1", "INFRA-REDIS-5", "INFRA-MYSQL-1", "INFRA-MYSQL-4", control=True)
def errors_in_other_words(patch: Patch) -> None:
    """The errors of the applications are worded as other client libraries word them."""
    put, store, ask = EtcdApplication.put, RedisApplication.store, RedisPool._ask
    reason = mysql_pool._reason

    def late(write: Callable[..., Attempt]) -> Callable[..., Attempt]:
        def do(*words: object) -> Attempt:
            one = write(*words)
            return replace(one, why="context deadline exceeded" if one.why else "")

        return do

    def ask_pool(self: RedisPool, *words: object) -> Attempt:
        one = ask(self, *words)
        return replace(one, why="redis: connection pool timeout" if one.why else "")

    def no_room(trouble: SQLAlchemyError) -> str:
        return "no free connection in the pool" if "QueuePool" in str(trouble) else reason(trouble)

    def stopped(seconds: float) -> str:
        return f"Query execution was interrupted, maximum statement execution time of {seconds} s exceeded"

    patch(EtcdApplication, "put", late(put))
    patch(RedisApplication, "store", late(store))
    patch(RedisPool, "_ask", ask_pool)
    patch(mysql_pool, "_reason", no_room)
    patch(query_limit, "stopped_after", stopped)
