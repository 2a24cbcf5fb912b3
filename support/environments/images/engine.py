"""The container engine, asked for; what is wrong with it is told in one sentence with the remedy."""

import docker
from docker import DockerClient
from docker.errors import DockerException

from support.core.errors import UsageError
from support.environments.container_engine import demand_engine


def engine() -> DockerClient:
    """The engine of this machine, which DOCKER_HOST may name."""
    demand_engine()
    try:
        return docker.from_env()
    except DockerException as trouble:
        raise UsageError(
            f"the container engine is not one that we can use: {trouble}; is it older than 2020?"
        ) from None
