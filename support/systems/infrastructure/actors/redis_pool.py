"""An application on Redis whose clients share a connection pool."""

import secrets
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

from redis import BlockingConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.background import Background
from support.core.eventually import patiently
from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.workload.attempts import Attempt, AttemptOutcome, Attempts, attempt

POOL_TIMEOUT_S = 2.5  # how long a client waits for a free connection; the pool does not serve waiting clients in order
PATIENCE_S = 10.0
SAMPLE_INTERVAL_S = 0.005
HELD_WITHIN = timedelta(seconds=5)
REQUEST_TIMEOUT_S = 30.0
UNLIMITED_SIZE = 1000


class RedisPool(Background):
    """A pool of at most *limit* connections to the primary."""

    def __init__(self, cluster: RedisCluster, config: ClusterConfig, limit: int) -> None:
        super().__init__()
        self._name = f"{cluster.run_id}:{secrets.token_hex(4)}"
        self._server = cluster.client(cluster.primary())
        self._returns_connections = config.redis_returns_connections
        options: dict[str, Any] = {
            **cluster.connection_options(cluster.primary()),
            "socket_timeout": REQUEST_TIMEOUT_S,
            "retry": Retry(NoBackoff(), 0),
            "client_name": self._name,
            "lib_name": None,
            "timeout": POOL_TIMEOUT_S,
            **config.redis_pool,
        }
        self.pool = BlockingConnectionPool(  # type: ignore[no-untyped-call]
            max_connections=limit if config.redis_pool_limited else UNLIMITED_SIZE,
            protocol=2,
            **options,
        )
        self.seen_connections: set[str] = set()  # ids of all connections that the server has listed so far
        self._threads = ThreadPoolExecutor(100)
        self._held: list[Future[Attempt]] = []

    def end(self) -> None:
        self.release()
        self._threads.shutdown()
        self.pool.disconnect()
        super().end()

    def increment_concurrently(self, clients: int, each: int) -> Attempts:
        """Let each of *clients* increment a counter *each* times at the same time. The attempts' values are the counter's."""
        futures = [self._threads.submit(self._count, each) for _ in range(clients)]
        return Attempts(tuple(made for future in futures for made in future.result()))

    def hold_connections(self, count: int) -> None:
        """Occupy *count* connections with requests that block until `release`.

        Returns when the server blocks all of them: on a busy machine a later request could get a connection first. Raises
        `AssertionError` if it does not within `HELD_WITHIN`.
        """
        self._held = [self._threads.submit(self._ask, "BLPOP", f"{self._name}:held", 0) for _ in range(count)]

        def check() -> None:
            blocked = sum(one["name"] == self._name and "b" in one["flags"] for one in self._server.client_list())
            assert blocked == count, f"Redis blocks {blocked} of {count} requests that wait for an element of a list"

        patiently(check, within=HELD_WITHIN)

    def release(self) -> Attempts:
        """Let the blocked requests end, and return their outcomes."""
        held, self._held = self._held, []
        if held:
            self._server.rpush(f"{self._name}:held", *(["go"] * len(held)))
        return Attempts(tuple(future.result() for future in held))

    def ping_concurrently(self, count: int) -> Attempts:
        """Send *count* requests at the same time. One that has not been answered after `PATIENCE_S` counts as unanswered."""
        at, began = time.time(), time.monotonic()
        futures = [self._threads.submit(self._ask, "PING") for _ in range(count)]
        wait(futures, timeout=PATIENCE_S)
        late = Attempt("PING", Fate.UNKNOWN, at, began, PATIENCE_S, f"no answer came within {PATIENCE_S:g} s")
        return Attempts(tuple(future.result() if future.done() else late for future in futures))

    def open_connections(self) -> set[str]:
        """Return the ids of this application's connections that the server lists now."""
        return {one["id"] for one in self._server.client_list() if one["name"] == self._name}

    @property
    def idle_connections(self) -> int:
        """The pool's own count of open connections that are not in use."""
        return sum(connection is not None for connection in self.pool.pool.queue)

    def work(self) -> None:
        while not self.over.wait(SAMPLE_INTERVAL_S):
            self.seen_connections |= self.open_connections()

    def _count(self, each: int) -> Sequence[Attempt]:
        return [self._ask("INCR", f"{self._name}:counter") for _ in range(each)]

    def _ask(self, *words: object) -> Attempt:
        def act(outcome: AttemptOutcome) -> None:
            try:
                connection = self.pool.get_connection()  # type: ignore[no-untyped-call]
            except RedisError as refusal:
                outcome.fate, outcome.why = Fate.REFUSED, str(refusal)
                return
            try:
                connection.send_command(*words)
                outcome.value, outcome.fate = str(connection.read_response()), Fate.CONFIRMED
            except (RedisError, OSError) as trouble:
                outcome.why = str(trouble)
            finally:
                if self._returns_connections:
                    self.pool.release(connection)  # type: ignore[no-untyped-call]

        return attempt(str(words[0]), act)
