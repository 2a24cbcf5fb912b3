"""An environment of containers: the services of one topology on a network of their own; all of it is removed together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from support.core.addresses import Address, url
from support.core.settings import Settings
from support.environments.compose import HELPERS, Services
from support.environments.container_engine import demand_engine
from support.environments.container_marks import marks, remove_marked
from support.environments.containers.engine_errors import explained_engine_errors
from support.environments.containers.host import ENGINE_TIMEOUT_S, HostContainer
from support.environments.containers.part import ContainerPart
from support.environments.containers.reachability import demand_reach, demand_sidecar
from support.environments.images.present import demand_images
from support.environments.mounts import share, why_no_mounts
from support.environments.parts import Link
from support.environments.ports import ReservedPort
from support.environments.run_directory import RunDirectory
from support.fault_proxy.toxiproxy_client import ToxiproxyWithSidecar
from support.probes.pings import Ping

SIDECAR_PORT = 8475
AT_ONCE = 6


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """A folder of this machine that a container has at the path *inside*, written there by *user* ("" for the image's own).

    `no_mounts` says why nothing can be mounted below it here, or why a mount would not reach into containers; empty if it does.
    """

    here: Path
    inside: PurePosixPath
    user: str
    no_mounts: str

    def mount(self, container: DockerContainer) -> DockerContainer:
        mode = "rw" if self.no_mounts else "rw,rslave"
        return container.with_volume_mapping(self.here, str(self.inside), mode)


class ContainerEnvironment:
    """Services that run as *described* by their topology, each beside a host container that keeps its address.

    Made by `container_environment`, which removes what was made.
    """

    def __init__(
        self, settings: Settings, logs: Path, run: RunDirectory, described: Services, stack: ExitStack
    ) -> None:
        self.described = described
        self._helpers = settings.image_prefix + HELPERS
        self._logs = logs
        self._run = run
        self._stack = stack
        self._labels = marks(run.path)
        self._network = Network(
            docker_client_kw={"timeout": ENGINE_TIMEOUT_S}, docker_network_kw={"labels": self._labels}
        )
        with explained_engine_errors("the run's network"):
            self._network.create()
            self._network._unwrap_network.reload()  # noqa: SLF001  the library has no other way to its address
        demand_reach(self._network)

    def shared_folder(self, inside: PurePosixPath, user: str) -> SharedFolder:
        folder = self._run.path / "shared"
        folder.mkdir(mode=0o777)
        folder.chmod(0o777)  # whatever user the image has may write there
        no_mounts = why_no_mounts(folder)
        if not no_mounts and not share(folder):
            no_mounts = "mounts do not reach into containers here"
        return SharedFolder(folder, inside, user, no_mounts)

    def host(self, service: str, published_at: int = 0) -> HostContainer:
        """The host of a *service*, published on a port of this machine if one is given."""
        if published_at:
            self._stack.enter_context(ReservedPort(published_at, what=service))
        published = {published_at: self.port(service)} if published_at else {}
        return HostContainer(service, self._helpers, self._network, self._labels, published=published)

    def fault_proxy_host(self, service: str, linked: Iterable[str]) -> HostContainer:
        """The host of the fault proxy, with a sidecar that counts the use of the links to the *linked* services and cuts them."""
        ports = [str(self.port(name)) for name in linked]
        options = ["--host", "0.0.0.0", "--port", str(SIDECAR_PORT), *ports]  # noqa: S104
        return HostContainer(
            service,
            self._helpers,
            self._network,
            self._labels,
            program=["support.fault_proxy.sidecar.links", *options],
            rights={"user": "0", "cap_add": ["NET_ADMIN"]},
        )

    def part(
        self,
        name: str,
        host: HostContainer,
        ping: Ping,
        *,
        env: Mapping[str, str] | None = None,
        only: Iterable[str] | None = None,
        more_words: Iterable[str] = (),
        folder: SharedFolder | None = None,
    ) -> ContainerPart:
        """The service of *host*, not started yet, with its environment in the topology, or *only* some of it, and *env*."""
        entry = self.described[host.name]
        described = {key: str(value) for key, value in entry.get("environment", {}).items()}
        own = described if only is None else {key: described[key] for key in only}
        # the links of the fault proxy are routed by the run
        command = [word for word in entry.get("command", []) if not word.startswith("--config=")] + list(more_words)

        def make(for_now: Mapping[str, str]) -> DockerContainer:
            all_env = {**own, **(env or {}), **for_now}
            if folder is None:
                return host.container(self.image(host.name), command, all_env)
            return folder.mount(host.container(self.image(host.name), command, all_env, user=folder.user))

        return ContainerPart(name, make, address=self.address(host), ping=ping, logs=self._logs)

    def proxy_client(self, proxy: ContainerPart, host: HostContainer, links: Iterable[Link]) -> ToxiproxyWithSidecar:
        """A client of the fault proxy that runs on *host*, with its sidecar."""
        demand_sidecar(host, SIDECAR_PORT)
        sidecar = url("http", (host.address, SIDECAR_PORT))
        return ToxiproxyWithSidecar(url("http", proxy.address), sidecar, {one.proxy: one.entry[1] for one in links})

    def image(self, service: str) -> str:
        return str(self.described[service]["image"])

    def address(self, host: HostContainer) -> Address:
        return host.address, self.port(host.name)

    def port(self, service: str) -> int:
        """The port inside, as the topology publishes it: `address:ours:its`."""
        return int(self.described[service]["ports"][0].split(":")[-1])


@contextmanager
def container_environment(settings: Settings, described: Services, logs: Path) -> Iterator[ContainerEnvironment]:
    """Raises `UsageError` where no engine answers or an image is missing. All that was made is removed on leaving."""
    demand_engine()
    demand_images(settings.image_prefix, (entry["image"] for entry in described.values()))
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        stack.callback(remove_marked, run.path)
        yield ContainerEnvironment(settings, logs, run, described, stack)


def at_once(acts: Iterable[Callable[[], Any]]) -> None:
    """Do all of them side by side, to the end; raises the first error."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for job in [pool.submit(act) for act in acts]:
            job.result()
