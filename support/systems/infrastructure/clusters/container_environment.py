"""The environment of clusters in containers: the images named in the topology, and a network of the container engine."""

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from testcontainers.core.container import DockerContainer

from support.core.settings import Settings
from support.core.target import Target
from support.environments.container_marks import marks, remove_marked
from support.environments.containers.network import ContainedNetwork, created
from support.environments.containers.part import ContainerPart
from support.environments.network import Host
from support.environments.run_directory import RunDirectory
from support.probes.pings import Ping
from support.systems.infrastructure.backend import HOSTS, images
from support.systems.infrastructure.clusters.cluster import ClusterEnvironment, Member
from support.systems.infrastructure.clusters.config import ClusterConfig

CURRENT_USER = f"{os.getuid()}:{os.getgid()}"  # the owner of the folder in which members keep their data


@dataclass(frozen=True, slots=True)
class ContainerEnvironment(ClusterEnvironment):
    """*images* holds the image of each member by its service in the topology."""

    network: ContainedNetwork
    images: Mapping[str, str] = field(default_factory=dict)
    in_containers = True

    def member(self, target: Target, port: int, ping: Ping, argv: Sequence[str], host: Host) -> Member:
        """A member that is killed keeps its host, which is another container, and its data, which is in a mounted folder."""
        program, *words = argv
        host_container = self.network.host_container(host)
        image = self.images[target.service]

        def make(env: Mapping[str, str]) -> DockerContainer:
            container = host_container.container(image, words, env, user=CURRENT_USER, program=program)
            return container.with_volume_mapping(self.run.path, str(self.run.path), "rw")

        part = ContainerPart(target.name, make, address=(host.address, port), ping=ping, logs=self.logs)
        return Member(target, host, port, ping, part)


@contextmanager
def container_environment(
    config: ClusterConfig, settings: Settings, kinds: Collection[str], logs: Path
) -> Iterator[ClusterEnvironment]:
    """Yield an environment for clusters of these *kinds*. All its containers, networks and folders are removed at the end."""
    found = images(settings, kinds)
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        stack.callback(remove_marked, run.path)
        labels = marks(run.path)
        network = ContainedNetwork(created(labels), found[HOSTS], labels, run.path)
        yield ContainerEnvironment(network, run, logs, config, images=found)
