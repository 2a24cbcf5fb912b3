"""The catalog system in containers: what its topology describes, under the eyes of one run."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from support.core.addresses import Address, url
from support.core.settings import Settings
from support.environments.container_engine import demand_engine
from support.environments.containers.engine_errors import explained_engine_errors
from support.environments.containers.host import ENGINE_TIMEOUT_S, HostContainer
from support.environments.containers.marks import marks, remove_marked
from support.environments.containers.memory import ContainerMemory
from support.environments.containers.part import ContainerPart
from support.environments.containers.reachability import demand_reach, demand_shared_folder, demand_sidecar
from support.environments.images.present import demand_images
from support.environments.mounts import share, why_no_mounts
from support.environments.parts import Link, Part
from support.environments.ports import ReservedPort
from support.environments.run_directory import RunDirectory
from support.fault_proxy.toxiproxy_client import ToxiproxyWithSidecar
from support.probes.pings import POSTGRES_PING, REDIS_PING, Ping, http_get
from support.systems.catalog.environment.fresh_start import Renewal, reloads
from support.systems.catalog.environment.site import Site
from support.systems.catalog.environment.topology import (
    INBOX,
    LINKS,
    MoreCatalogs,
    assemble,
    described_services,
    lay,
    surroundings,
)
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY

if TYPE_CHECKING:
    from support.core.target import Target

FAULT_PROXY = "fault-proxy"
PINGS: dict[str, Ping] = {
    CATALOG.service: http_get("/health/live"),
    FAULT_PROXY: http_get("/version"),
    INBOX: http_get("/health"),
    LINKS[PROVIDER]: http_get("/_control/health"),
    LINKS[SAVED_COPY]: REDIS_PING,
    LINKS[DATABASE]: POSTGRES_PING,
}
WATCH_PORT = 8475
IS_ITS_PLACE = ("CATALOG_HOST", "CATALOG_PORT")  # the rest of its environment there is for somebody who watches
AT_ONCE = 6
# whoever is not root has the catalog write as the same user, so that both may change the backup
WRITES_AS = "" if os.geteuid() == 0 else f"{os.getuid()}:{os.getgid()}"


@contextmanager
def contained_catalog(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start all parts at once, wait until each answers its probe, and remove all that was made on leaving."""
    demand_engine()
    described = described_services(settings)
    demand_images(settings.image_prefix, (entry["image"] for entry in described.values()))
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        run = RunDirectory()
        stack.callback(run.remove)
        stack.callback(remove_marked, run.path)
        yield _Starter(settings, logs, run, described, stack).start()


class _Starter:
    """Holds what the steps of starting share."""

    def __init__(
        self,
        settings: Settings,
        logs: Path,
        run: RunDirectory,
        described: Mapping[str, Mapping[str, Any]],
        stack: ExitStack,
    ) -> None:
        self._settings = settings
        self._own = settings.of(CatalogSettings)
        self._logs = logs
        self._described = described
        self._stack = stack
        self._labels = marks(run.path)
        self._folder = run.path / "shared"
        self._backup = self._folder / self._backup_inside.name
        self._network = Network(
            docker_client_kw={"timeout": ENGINE_TIMEOUT_S}, docker_network_kw={"labels": self._labels}
        )

    def start(self) -> Site:
        self._folder.mkdir(mode=0o777)
        self._folder.chmod(0o777)  # whatever user the image has may write there
        no_mounts = why_no_mounts(self._folder)
        self._propagates = not no_mounts and share(self._folder)
        with explained_engine_errors("the run's network"):
            self._network.create()
            self._network._unwrap_network.reload()  # noqa: SLF001  the library has no other way to its address
        demand_reach(self._network)

        hosts = {name: self._host(name) for name in self._described if name != FAULT_PROXY}
        hosts[FAULT_PROXY] = self._watching_host()
        _at_once(host.start for host in hosts.values())
        links = {target: Link(name, (hosts[FAULT_PROXY].address, self._port(name))) for target, name in LINKS.items()}
        env = surroundings(links, self._address(hosts[INBOX]), self._backup_inside)
        proxy = self._part("fault proxy", hosts[FAULT_PROXY])
        inbox = self._part("alert inbox", hosts[INBOX])
        catalog = self._part(CATALOG.name, hosts[CATALOG.service], env)
        others = {target: self._part(target.name, hosts[name]) for target, name in LINKS.items()}
        _at_once(part.start for part in (proxy, inbox, catalog, *others.values()))
        demand_shared_folder(self._folder, catalog, self._backup_inside.parent)
        demand_sidecar(hosts[FAULT_PROXY], WATCH_PORT)
        parts: dict[Target, Part] = {CATALOG: catalog, **others}

        client = ToxiproxyWithSidecar(
            url("http", proxy.address),
            url("http", (hosts[FAULT_PROXY].address, WATCH_PORT)),
            {link.proxy: link.entry[1] for link in links.values()},
        )
        lay(client, links, parts)

        memory = ContainerMemory(catalog)

        def renew_links() -> None:
            proxy.start()
            lay(client, links, parts)

        return assemble(
            backend="containers",
            lacking={
                "mount": no_mounts or ("" if self._propagates else "mounts do not reach into containers here"),
                "memory-group": memory.lacking,
                "memory-limit": memory.lacking,
            },
            parts=parts,
            links=links,
            proxy=client,
            inbox=inbox.address,
            backup=self._backup,
            renew_links=renew_links,
            renew_catalog=Renewal(catalog, reloads=reloads(self._own)),
            another_catalog=MoreCatalogs(parts, lambda name, more: self._another_catalog(name, {**env, **more})),
            memory=None if memory.lacking else memory,
        )

    @contextmanager
    def _another_catalog(self, name: str, env: Mapping[str, str]) -> Iterator[Part]:
        host = HostContainer(CATALOG.service, self._image(INBOX), self._network, self._labels)
        host.start()
        part = self._part(name, host, env)
        try:
            part.start()
            yield part
        finally:
            part.remove()
            host.remove()

    def _host(self, name: str) -> HostContainer:
        wanted = self._own.port_of(name)
        if wanted:
            self._stack.enter_context(ReservedPort(wanted, what=name))
        published = {wanted: self._port(name)} if wanted else {}
        return HostContainer(name, self._image(INBOX), self._network, self._labels, published=published)

    def _watching_host(self) -> HostContainer:
        ports = [str(self._port(name)) for name in LINKS.values()]
        options = ["--host", "0.0.0.0", "--port", str(WATCH_PORT), *ports]  # noqa: S104
        return HostContainer(
            FAULT_PROXY,
            self._image(INBOX),
            self._network,
            self._labels,
            program=["support.fault_proxy.sidecar.links", *options],
            rights={"user": "0", "cap_add": ["NET_ADMIN"]},
        )

    def _part(self, name: str, host: HostContainer, env: Mapping[str, str] | None = None) -> ContainerPart:
        own = {key: str(value) for key, value in self._described[host.name].get("environment", {}).items()}
        if host.name == CATALOG.service:
            own = {key: own[key] for key in IS_ITS_PLACE}
        image, command = self._image(host.name), self._command(host.name)

        def make(for_now: Mapping[str, str]) -> DockerContainer:
            all_env = {**own, **(env or {}), **for_now}
            if host.name != CATALOG.service:
                return host.container(image, command, all_env)
            mode = "rw,rslave" if self._propagates else "rw"
            shared = host.container(image, command, all_env, user=WRITES_AS)
            return shared.with_volume_mapping(self._folder, str(self._backup_inside.parent), mode)

        return ContainerPart(name, make, address=self._address(host), ping=PINGS[host.name], logs=self._logs)

    def _image(self, name: str) -> str:
        return str(self._described[name]["image"])

    def _command(self, name: str) -> list[str]:
        # the links are laid by us
        command = [word for word in self._described[name].get("command", []) if not word.startswith("--config=")]
        if name == LINKS[PROVIDER]:
            command += ["--seed", str(self._settings.seed)]
        return command

    def _address(self, host: HostContainer) -> Address:
        return host.address, self._port(host.name)

    def _port(self, name: str) -> int:
        """The port inside, as the topology publishes it: `address:ours:its`."""
        return int(self._described[name]["ports"][0].split(":")[-1])

    @property
    def _backup_inside(self) -> PurePosixPath:
        return PurePosixPath(self._described[CATALOG.service]["environment"]["CATALOG_BACKUP_FILE"])


def _at_once(acts: Iterable[Callable[[], None]]) -> None:
    """Do all of them side by side, to the end; raises what the first one raised that failed."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for job in [pool.submit(act) for act in acts]:
            job.result()
