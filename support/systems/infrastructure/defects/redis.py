"""Mistakes with Redis, its sentinels, and the pool of connections to it."""

import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import timedelta
from weakref import WeakKeyDictionary

from redis import BlockingConnectionPool, RedisError
from redis.connection import AbstractConnection

from support.core.target import Target
from support.measure.ledger import Fate
from support.systems.infrastructure.actors.redis_application import RedisApplication
from support.systems.infrastructure.actors.redis_pool import RedisPool
from support.systems.infrastructure.clusters.redis import SERVERS, RedisCluster
from support.systems.infrastructure.defects.registry import Patch, breaks, configured
from support.workload.attempts import Attempt, AttemptOutcome, attempt

CONFIGURED = (
    configured(
        "redis-without-persistence",
        "Redis keeps its data in memory only",
        "INFRA-REDIS-2",
        redis_appendonly=False,
    ),
    configured(
        "redis-unanimous-sentinels",
        "the quorum of the sentinels is larger than their number",
        "INFRA-REDIS-4",
        redis_quorum=4,
    ),
    configured(
        "redis-fixed-primary",
        "the application keeps the address that the primary had when the application started",
        "INFRA-REDIS-4",
        redis_uses_sentinels=False,
    ),
    configured(
        "redis-confirmed-by-one",
        "a write counts as confirmed before any replica has it",
        "INFRA-REDIS-4",
        redis_write_acks=0,
    ),
    configured(
        "redis-confirmed-by-all",
        "a write counts as confirmed only when every replica has it",
        "INFRA-REDIS-4",
        redis_write_acks=2,
    ),
    configured(
        "redis-one-key-for-all",
        "all values are stored under one key",
        *(f"INFRA-REDIS-{number}" for number in (1, 2, 4)),
        spills=("INFRA-NET-3",),
        redis_unique_keys=False,
    ),
    configured(
        "redis-forgets-expiry", "values are stored without their expiry", "INFRA-REDIS-1", redis_sets_expiry=False
    ),
    configured(
        "redis-pool-without-limit",
        "the application opens any number of connections",
        "INFRA-REDIS-3",
        "INFRA-REDIS-5",
        redis_pool_limited=False,
    ),
    configured(
        "redis-leaks-connections",
        "a used connection is not returned to the pool",
        "INFRA-REDIS-3",
        "INFRA-REDIS-5",
        redis_returns_connections=False,
    ),
    configured(
        "redis-evicts-values",
        "Redis may use little memory and evicts values when it is full",
        "INFRA-REDIS-1",
        redis_server={"maxmemory": "4mb", "maxmemory-policy": "allkeys-lru"},
    ),
    configured(
        "redis-hasty-sentinels",
        "the sentinels replace a primary that has been silent for a twentieth of a second",
        "INFRA-REDIS-4",
        redis_sentinel={"down-after-milliseconds": 50},
    ),
    configured(
        "redis-lone-sentinel-decides",
        "one sentinel alone may decide that the primary is down",
        "INFRA-REDIS-4",
        redis_quorum=1,
    ),
    configured(
        "redis-never-promotes",
        "no replica may become the primary",
        "INFRA-REDIS-4",
        redis_server={"replica-priority": 0},
    ),
    configured(
        "redis-pool-waits-for-ever",
        "a client waits without a limit for a free connection",
        "INFRA-REDIS-5",
        redis_pool={"timeout": None},
    ),
    configured(
        "redis-pool-waits-too-long",
        "a client waits 15 seconds for a free connection",
        "INFRA-REDIS-5",
        redis_pool={"timeout": 15},
    ),
    configured(
        "redis-pool-refuses-at-once",
        "a client does not wait for a free connection",
        "INFRA-REDIS-5",
        spills=("INFRA-REDIS-3",),
        redis_pool={"timeout": 0},
    ),
)


@breaks("INFRA-REDIS-1")
def redis_values_expire_by_a_timer(patch: Patch) -> None:
    """The application deletes expired values itself, by a timer, instead of storing them with an expiry."""
    sound = RedisApplication.store

    def delete(self: RedisApplication, name: str) -> None:
        with suppress(RedisError, OSError):
            self._redis.delete(self._key(name))

    def store(self: RedisApplication, name: str, value: str, expires: timedelta | None = None) -> Attempt:
        stored = sound(self, name, value)
        if expires:
            timer = threading.Timer(expires.total_seconds(), delete, (self, name))
            timer.daemon = True
            timer.start()
        return stored

    patch(RedisApplication, "store", store)


@breaks("INFRA-REDIS-1")
def redis_values_expire_too_early(patch: Patch) -> None:
    """A value expires after half of its lifetime."""
    sound = RedisApplication.store

    def store(self: RedisApplication, name: str, value: str, expires: timedelta | None = None) -> Attempt:
        return sound(self, name, value, 0.5 * expires if expires else None)

    patch(RedisApplication, "store", store)


@breaks("INFRA-REDIS-1", spills=("INFRA-REDIS-2", "INFRA-REDIS-4", "INFRA-NET-1", "INFRA-NET-3"))
def redis_writes_come_later(patch: Patch) -> None:
    """The application confirms values that it keeps in its own memory, and writes them to Redis later."""
    memory: WeakKeyDictionary[RedisApplication, dict[str, str]] = WeakKeyDictionary()
    read_all = RedisApplication.read_all

    def store(self: RedisApplication, name: str, value: str, _expires: timedelta | None = None) -> Attempt:
        def act(outcome: AttemptOutcome) -> None:
            outcome.value = memory.setdefault(self, {})[name] = value
            outcome.fate = Fate.CONFIRMED

        return attempt(name, act)

    def read(self: RedisApplication, names: Iterable[str]) -> Mapping[str, str]:
        wanted = list(names)
        own = memory.get(self, {})
        held = {name: own[name] for name in wanted if name in own}
        return {**read_all(self, wanted), **held}

    patch(RedisApplication, "store", store)
    patch(RedisApplication, "read_all", read)


@breaks("INFRA-REDIS-4")
def redis_primary_cannot_become_a_replica(patch: Patch) -> None:
    """The first primary is protected from commands of administrators, so that nobody can make it a replica."""
    sound = RedisCluster._configure

    def configure(self: RedisCluster, target: Target, address: str) -> None:
        sound(self, target, address)
        if target is SERVERS[0]:
            with self._configuration(target).open("a") as file:
                file.write('rename-command SLAVEOF ""\nrename-command REPLICAOF ""\n')

    patch(RedisCluster, "_configure", configure)


@breaks("INFRA-REDIS-3")
def redis_connects_for_each_request(patch: Patch) -> None:
    """The connection is closed after each request."""
    sound = BlockingConnectionPool.release

    def release(self: BlockingConnectionPool, connection: AbstractConnection) -> None:
        connection.disconnect()  # type: ignore[no-untyped-call]
        sound(self, connection)  # type: ignore[no-untyped-call]

    patch(BlockingConnectionPool, "release", release)


@breaks("INFRA-REDIS-4")
def redis_values_are_read_from_a_replica(patch: Patch) -> None:
    """All values are read from one of the replicas."""

    def read_all(self: RedisApplication, names: Iterable[str]) -> Mapping[str, str]:
        wanted = list(names)
        replica = self._cluster.client(self._cluster.replicas()[0])
        try:
            values = replica.mget([self._key(name) for name in wanted]) if wanted else []
        except (RedisError, OSError) as trouble:
            raise AssertionError(f"Redis does not answer: {trouble}") from None
        return {name: str(value) for name, value in zip(wanted, values, strict=True) if value is not None}

    def read(self: RedisApplication, name: str) -> Attempt:
        def act(outcome: AttemptOutcome) -> None:
            outcome.value = read_all(self, [name]).get(name)
            outcome.fate = Fate.CONFIRMED

        return attempt(name, act)

    patch(RedisApplication, "read", read)
    patch(RedisApplication, "read_all", read_all)


@breaks("INFRA-REDIS-3")
def redis_counter_is_read_and_written(patch: Patch) -> None:
    """A counter is read, increased by the application, and written back."""
    sound = RedisPool._ask

    def ask(self: RedisPool, *words: object) -> Attempt:
        if words[0] != "INCR":
            return sound(self, *words)
        before = sound(self, "GET", words[1]).value
        value = int(before.strip("b'")) + 1 if before and before != "None" else 1
        done = sound(self, "SET", words[1], value)
        return Attempt("INCR", done.fate, done.at, done.began, done.took_s, done.why, str(value))

    patch(RedisPool, "_ask", ask)


@breaks("INFRA-PERF-3")
def redis_writes_take_long(patch: Patch) -> None:
    """Each write waits five milliseconds for further ones, to send them together; reads are not affected."""
    sound = RedisApplication.store_on_primary

    def store(self: RedisApplication, name: str, value: str) -> Attempt:
        return attempt(name, lambda outcome: _send_late(outcome, lambda: sound(self, name, value)))

    patch(RedisApplication, "store_on_primary", store)


def _send_late(outcome: AttemptOutcome, send: Callable[[], Attempt]) -> None:
    threading.Event().wait(0.005)
    one = send()
    outcome.fate, outcome.why = one.fate, one.why
