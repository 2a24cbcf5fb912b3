"""An application that stores its data in Redis and finds the primary through the sentinels."""

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta

from redis import (
    ConnectionError as RedisConnectionError,
)
from redis import (
    Redis,
    RedisError,
    ResponseError,
)
from redis import (
    TimeoutError as RedisTimeoutError,
)
from redis.backoff import NoBackoff
from redis.retry import Retry
from redis.sentinel import MasterNotFoundError, Sentinel

from support.core.target import Target
from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.redis import MASTER_NAME, RedisCluster
from support.workload.attempts import CONFIGURATION, Attempt, AttemptOutcome, attempt, numbered_entry

REPLICATION_TIMEOUT_MS = 300


class RedisApplication:
    """Makes one attempt a call, without retries and with short time-outs, so that each attempt has its own outcome."""

    refusals_have_no_effect = False

    def __init__(self, cluster: RedisCluster, config: ClusterConfig) -> None:
        self.precondition: Callable[[], Attempt] | None = None  # must be confirmed before each write
        self._cluster = cluster
        self._config = config
        self._write_acks = min(config.redis_write_acks, cluster.replica_count)
        self._prefix = f"{cluster.run_id}:{secrets.token_hex(4)}"  # unique to this application
        options = {
            "socket_timeout": config.timeout_s,
            "socket_connect_timeout": config.timeout_s,
            "retry": Retry(NoBackoff(), 0),
            "decode_responses": True,
        }
        if config.redis_uses_sentinels and cluster.sentinels:
            finder = Sentinel(cluster.sentinels, sentinel_kwargs=options)  # type: ignore[no-untyped-call]
            self._redis: Redis = finder.master_for(MASTER_NAME, **options)  # type: ignore[no-untyped-call]
        else:
            self._redis = cluster.client(cluster.primary(), config.timeout_s)

    def store(self, name: str, value: str, expires: timedelta | None = None) -> Attempt:
        """Store one value, which is the attempt's too.

        The attempt is confirmed once the primary and `redis_write_acks` replicas have acknowledged it.
        """
        life = expires if self._config.redis_sets_expiry else None

        def act(outcome: AttemptOutcome) -> None:
            wanted, outcome.value = self._write_acks, value
            if self.precondition and not self.precondition().confirmed:
                outcome.fate, outcome.why = Fate.REFUSED, CONFIGURATION
                return
            try:
                with self._redis.pipeline(transaction=False) as call:
                    call.set(self._key(name), value, px=life)
                    call.wait(wanted, REPLICATION_TIMEOUT_MS)
                    acknowledged = call.execute()[1]
            except (MasterNotFoundError, ResponseError) as refusal:
                outcome.fate, outcome.why = Fate.REFUSED, str(refusal)
            except (RedisConnectionError, RedisTimeoutError, OSError) as trouble:
                outcome.why = str(trouble)
            else:
                enough = acknowledged >= wanted
                outcome.fate = Fate.CONFIRMED if enough else Fate.UNKNOWN
                outcome.why = "" if enough else f"only {acknowledged} of {wanted} replicas acknowledged the write"
            if outcome.fate is not Fate.CONFIRMED:
                self._rediscover_primary()

        return attempt(name, act)

    def write_entry(self, number: int) -> Attempt:
        return self.store(*numbered_entry(number))

    def read_entry(self, number: int) -> Attempt:
        return self.read(numbered_entry(number)[0])

    def held(self, made: Sequence[Attempt]) -> list[str]:
        found = self.read_all(one.what for one in made)
        return [one.what for one in made if one.value is not None and found.get(one.what) == one.value]

    def store_on_primary(self, name: str, value: str) -> Attempt:
        """Store one value with a single command, which the primary confirms without its replicas."""

        def act(outcome: AttemptOutcome) -> None:
            try:
                self._redis.set(self._key(name), value)
                outcome.fate = Fate.CONFIRMED
            except (RedisError, OSError) as trouble:
                outcome.why = str(trouble)

        return attempt(name, act)

    def read(self, name: str) -> Attempt:
        """Read one value. The attempt's value is None if Redis has none."""

        def act(outcome: AttemptOutcome) -> None:
            try:
                outcome.value = _text(self._redis.get(self._key(name)))
                outcome.fate = Fate.CONFIRMED
            except (RedisError, OSError) as trouble:
                outcome.why = str(trouble)
                self._rediscover_primary()

        return attempt(name, act)

    def read_all(self, names: Iterable[str]) -> Mapping[str, str]:
        """Return the values of those of *names* that Redis has. Raises `AssertionError` if it does not answer."""
        wanted = list(names)
        try:
            values = self._redis.mget([self._key(name) for name in wanted]) if wanted else []
        except (RedisError, OSError) as trouble:
            self._rediscover_primary()
            raise AssertionError(f"Redis does not answer: {trouble}") from None
        return {name: str(value) for name, value in zip(wanted, values, strict=True) if value is not None}

    def missing_at(self, servers: Iterable[Target], made: Sequence[Attempt]) -> list[str]:
        """Return the names of values that are missing, or different, on any of *servers*; *made* are the attempts to store them.

        Raises `AssertionError` if a server does not answer.
        """
        missing: list[str] = []
        for server in servers:
            try:
                values = self._cluster.client(server).mget([self._key(one.what) for one in made])
            except RedisError as trouble:
                raise AssertionError(f"{server.name} does not answer: {trouble}") from None
            missing += [one.what for one, value in zip(made, values, strict=True) if _text(value) != one.value]
        return missing

    def _key(self, name: str) -> str:
        return f"{self._prefix}:{name if self._config.redis_unique_keys else 'value'}"

    def _rediscover_primary(self) -> None:
        """Close the idle connections, so that the next call asks the sentinels again: there may be a new primary."""
        self._redis.connection_pool.disconnect(inuse_connections=False)


def _text(value: object) -> str | None:
    return None if value is None else str(value)
