"""Host containers, which hold network addresses, and the containers of the parts that run on them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from docker.errors import NotFound
from docker.models.containers import Container
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from support.core.addresses import LOOPBACK
from support.environments.containers.engine_errors import explained_engine_errors

IDLE = ["python", "-S", "-c", "import signal; signal.pause()"]
ENGINE_TIMEOUT_S = 30
ISOLATED = {"use_config_proxy": False}  # a proxy that the user's ~/.docker/config.json names is not the part's


class HostContainer:
    """A container that holds a name and an address in the run's network, and outlives the part that runs on it.

    *published* maps ports of this machine's loopback to ports of the host. *folder* is mounted at the same path.
    """

    def __init__(
        self,
        name: str,
        image: str,
        network: Network,
        labels: Mapping[str, str],
        *,
        program: Sequence[str] = (),
        published: Mapping[int, int] | None = None,
        rights: Mapping[str, object] | None = None,
        folder: Path | None = None,
    ) -> None:
        self.name = name
        self._labels = labels
        self._container = (
            _new_container(image)
            .with_network(network)
            .with_network_aliases(name)
            .with_command(list(program) or IDLE[1:])
        )
        self._container.ports = {f"{port}/tcp": (LOOPBACK, ours) for ours, port in (published or {}).items()}  # type: ignore[misc]  # the engine also accepts a pair
        self._container.with_kwargs(
            entrypoint=["python"] if not program else None, labels=dict(labels), **ISOLATED, **(rights or {})
        )
        if folder:
            self._container.with_volume_mapping(folder, str(folder), "ro")
        self._network = network

    def start(self) -> None:
        with explained_engine_errors(f"the host of {self.name}"):
            self._container.start()
            self._wrapped.reload()

    def last_log_line(self) -> str:
        with explained_engine_errors(f"the host of {self.name}"):
            return str(self._wrapped.logs(tail=1).decode(errors="replace").strip())

    def remove(self) -> None:
        with explained_engine_errors(f"the host of {self.name}"):
            self._wrapped.remove(force=True, v=True)

    @property
    def address(self) -> str:
        networks = self._wrapped.attrs["NetworkSettings"]["Networks"]
        return str(networks[self._network.name]["IPAddress"])

    def sees(self, path: str) -> bool:
        """Whether the file *path* exists inside."""
        with explained_engine_errors(f"the host of {self.name}"):
            return file_exists(self._wrapped, path)

    def container(
        self, image: str, command: Sequence[str], env: Mapping[str, str], *, user: str = "", program: str = ""
    ) -> DockerContainer:
        """A container on this host, not yet started. Empty values are left to the image."""
        container = _new_container(image).with_envs(**env)
        if command:
            container.with_command(list(command))
        options = {"user": user, "entrypoint": [program] if program else None}
        given = {name: value for name, value in options.items() if value}
        return container.with_kwargs(
            network_mode=f"container:{self._wrapped.id}", labels=dict(self._labels), **ISOLATED, **given
        )

    @property
    def _wrapped(self) -> Container:
        return self._container.get_wrapped_container()


def file_exists(container: Container, path: str) -> bool:
    """Whether the file *path* exists in *container*."""
    try:
        container.get_archive(path)
    except NotFound:
        return False
    return True


def _new_container(image: str) -> DockerContainer:
    return DockerContainer(image, docker_client_kw={"timeout": ENGINE_TIMEOUT_S})
