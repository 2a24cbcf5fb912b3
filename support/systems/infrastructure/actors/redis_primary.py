"""A request that keeps Redis busy: Redis answers nobody else meanwhile."""

import time
from datetime import timedelta

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


def keep_primary_busy(cluster: RedisCluster, span: timedelta) -> RoleFault:
    """Return the primary that was kept busy for *span*."""
    primary, at = cluster.primary(), time.monotonic()
    client = cluster.client(primary, timeout_s=span.total_seconds() + 5)
    client.eval(BUSY, 0, str(round(span.total_seconds() * 1000)))
    return RoleFault(Role.REDIS_PRIMARY, primary, at)
