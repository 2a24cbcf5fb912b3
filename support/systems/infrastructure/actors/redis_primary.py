"""A request that keeps Redis busy: Redis answers nobody else meanwhile."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from redis.exceptions import TimeoutError as RedisTimeoutError

from support.core.errors import InconclusiveError
from support.systems.infrastructure.clusters.cluster import Role
from support.systems.infrastructure.clusters.redis import RedisCluster
from support.systems.infrastructure.role_faults import RoleFault

# as a search through all keys would (KEYS *)
BUSY = """
local began = redis.call('TIME')
repeat
  local now = redis.call('TIME')
until (now[1] - began[1]) * 1000000 + now[2] - began[2] > ARGV[1] * 1000
"""


LATE_S = 0.3  # a request that takes so much longer than asked keeps Redis from the sentinels for too long


def keep_primary_busy(cluster: RedisCluster, span: timedelta) -> RoleFault:
    """Return the primary that was kept busy for *span*. Raises `InconclusiveError` if it answered others, or for longer."""
    primary, at, wanted_s = cluster.primary(), time.monotonic(), span.total_seconds()
    client = cluster.client(primary, timeout_s=wanted_s + 5)
    other = cluster.client(primary, timeout_s=wanted_s / 3)
    other.ping()
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(client.eval, BUSY, 0, str(round(wanted_s * 1000)))
        kept_waiting = False
        while not running.done() and not kept_waiting:
            try:
                other.ping()
            except RedisTimeoutError:
                kept_waiting = True
        running.result()
    took_s = time.monotonic() - at
    if not kept_waiting:
        raise InconclusiveError(
            "no receipt that the request kept the Redis primary busy: it answered another client meanwhile"
        )
    if took_s > wanted_s + LATE_S:
        raise InconclusiveError(f"the request kept the Redis primary busy for {took_s:.3g} s instead of {wanted_s:g} s")
    return RoleFault(Role.REDIS_PRIMARY, primary, at)
