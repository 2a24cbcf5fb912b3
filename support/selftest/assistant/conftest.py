"""A real Redis for the parts of the assistant that share their state through it."""

from collections.abc import Iterator

import pytest
import redis

from support.core.addresses import LOOPBACK
from support.environments.local import local_environment


@pytest.fixture(scope="session")
def redis_port(tmp_path_factory) -> Iterator[int]:
    with local_environment(tmp_path_factory.mktemp("logs"), seed=1) as local:
        port = local.port("Redis")
        local.redis("redis", port)
        local.await_ready()
        yield port


@pytest.fixture
def redis_server(redis_port: int) -> Iterator[redis.Redis]:
    """A client of an empty Redis."""
    with redis.Redis(LOOPBACK, redis_port) as client:
        client.flushall()
        yield client


@pytest.fixture
def redis_url(redis_server, redis_port: int) -> str:
    return f"redis://{LOOPBACK}:{redis_port}/0"
