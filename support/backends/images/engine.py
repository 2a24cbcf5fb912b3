"""The container engine, asked for; what is wrong with it is told in one sentence with the remedy."""

import os

import docker
from docker import DockerClient
from docker.errors import DockerException

from support.errors import UsageError


def engine() -> DockerClient:
    """The engine that the environment names (DOCKER_HOST), else the one of this machine."""
    try:
        client = docker.from_env()
        client.ping()
    except (DockerException, OSError) as trouble:
        raise UsageError(_sentence(trouble)) from None
    return client


def _sentence(trouble: Exception) -> str:
    address = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if "Permission denied" in str(trouble):
        return f"you may not use the container engine at {address}; run this as root, or join the group docker"
    return (
        f"no container engine answers at {address}; install and start one (on Debian: apt-get install docker.io), "
        "or say in DOCKER_HOST where it is"
    )
