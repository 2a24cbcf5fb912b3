"""Many clients of one application, which share its connections to Redis."""

import secrets
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from redis import BlockingConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.background import Background
from support.measure.ledger import Fate
from support.systems.infrastructure.clusters.config import ClusterConfig
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.workload.attempts import Attempt, AttemptOutcome, Attempts, attempt

PATIENCE_S = 2.5  # how long a client waits for a free connection; whoever waits is not served in turn
OFTEN_S = 0.005
LONGEST_S = 30.0  # how long a request may take
SIZE_WITHOUT_LIMIT = 1000


class RedisPool(Background):
    """An application on the primary, which opens *limit* connections at most."""

    def __init__(self, cluster: RedisCluster, config: ClusterConfig, limit: int) -> None:
        super().__init__()
        self._name = f"{cluster.run_id}:{secrets.token_hex(4)}"
        self._server = cluster.client(cluster.primary())
        self._gives_back = config.redis_returns_connections
        options: dict[str, Any] = {
            **cluster.connection_options(cluster.primary()),
            "socket_timeout": LONGEST_S,
            "retry": Retry(NoBackoff(), 0),
            "client_name": self._name,
            "lib_name": None,
        }
        self.pool = BlockingConnectionPool(  # type: ignore[no-untyped-call]
            max_connections=limit if config.redis_pool_limited else SIZE_WITHOUT_LIMIT,
            timeout=PATIENCE_S,
            protocol=2,
            **options,
        )
        self.seen_connections: set[str] = set()  # every connection that the server has listed so far
        self._threads = ThreadPoolExecutor(100)
        self._held: list[Future[Attempt]] = []

    def end(self) -> None:
        self.release()
        self._threads.shutdown()
        self.pool.disconnect()
        super().end()

    def increment_concurrently(self, clients: int, each: int) -> Attempts:
        """*clients* at once add 1 to a counter *each* times; the value of each attempt is what the counter said."""
        futures = [self._threads.submit(self._count, each) for _ in range(clients)]
        return Attempts(tuple(made for future in futures for made in future.result()))

    def hold_connections(self, count: int) -> None:
        """Take up *count* connections with requests that wait until they are released."""
        self._held = [self._threads.submit(self._ask, "BLPOP", f"{self._name}:held", 0) for _ in range(count)]

    def release(self) -> Attempts:
        """Let the waiting requests end, and return how they did."""
        held, self._held = self._held, []
        if held:
            self._server.rpush(f"{self._name}:held", *(["go"] * len(held)))
        return Attempts(tuple(future.result() for future in held))

    def ping_concurrently(self, count: int) -> Attempts:
        futures = [self._threads.submit(self._ask, "PING") for _ in range(count)]
        return Attempts(tuple(future.result() for future in futures))

    def open_connections(self) -> set[str]:
        """The connections of this application that the server lists now, by its own numbers for them."""
        return {one["id"] for one in self._server.client_list() if one["name"] == self._name}

    @property
    def idle_connections(self) -> int:
        """By the pool itself: connections that are open and wait for work."""
        return sum(connection is not None for connection in self.pool.pool.queue)

    def work(self) -> None:
        while not self.over.wait(OFTEN_S):
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
                if self._gives_back:
                    self.pool.release(connection)  # type: ignore[no-untyped-call]

        return attempt(str(words[0]), act)
