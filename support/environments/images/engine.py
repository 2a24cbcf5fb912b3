"""The client of the container engine; its errors are one sentence with the remedy."""

import docker
from docker import DockerClient
from docker.errors import DockerException

from support.core.errors import UsageError
from support.environments.container_engine import demand_engine


def engine() -> DockerClient:
    """The engine of this machine; DOCKER_HOST may give its address."""
    demand_engine()
    try:
        return docker.from_env()
    except DockerException as error:
        raise UsageError(f"the container engine cannot be used: {error}; is it older than 2020?") from None
