"""The catalog in containers, as its topology describes it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from support.core.settings import Settings
from support.environments.containers.environment import ContainerEnvironment, at_once, container_environment
from support.environments.containers.memory import ContainerMemory
from support.environments.containers.reachability import demand_shared_folder
from support.environments.fresh_start import Renewal
from support.environments.instances import MoreInstances
from support.environments.parts import Link, Part
from support.probes.pings import POSTGRES_PING, REDIS_PING, Ping, http_get
from support.systems.catalog.environment.site import Site
from support.systems.catalog.environment.topology import (
    INBOX,
    LINKS,
    assemble,
    described_services,
    route_links,
    service_environment,
)
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

if TYPE_CHECKING:
    from support.core.target import Target
    from support.environments.containers.host import HostContainer
    from support.environments.containers.part import ContainerPart

FAULT_PROXY = "fault-proxy"
PINGS: dict[str, Ping] = {
    CATALOG.service: http_get("/health/live"),
    FAULT_PROXY: http_get("/version"),
    INBOX: http_get("/_control/health"),
    LINKS[PROVIDER]: http_get("/_control/health"),
    LINKS[SAVED_COPY]: REDIS_PING,
    LINKS[DATABASE]: POSTGRES_PING,
}
ITS_PLACE = ("CATALOG_HOST", "CATALOG_PORT")  # the rest of its environment in the topology is for people
# without root, the catalog writes as the same user as the suite, so that both may change the backup
WRITES_AS = "" if os.geteuid() == 0 else f"{os.getuid()}:{os.getgid()}"


@contextmanager
def contained_catalog(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start all parts at once, wait until each answers its probe, and remove all that was made on leaving."""
    with container_environment(settings, described_services(settings), logs) as environment:
        yield _start(environment, settings)


def _start(environment: ContainerEnvironment, settings: Settings) -> Site:
    own = settings.of(CatalogSettings)
    backup = PurePosixPath(environment.described[CATALOG.service]["environment"]["CATALOG_BACKUP_FILE"])
    folder = environment.shared_folder(backup.parent, WRITES_AS)
    hosts: dict[str, HostContainer] = {
        name: environment.host(name, own.port_of(name)) for name in environment.described if name != FAULT_PROXY
    }
    hosts[FAULT_PROXY] = environment.fault_proxy_host(FAULT_PROXY, LINKS.values())
    at_once(host.start for host in hosts.values())
    entry = hosts[FAULT_PROXY].address
    links = {target: Link(name, (entry, environment.port(name))) for target, name in LINKS.items()}
    env = dict(own.passed_on) | service_environment(links, environment.address(hosts[INBOX]), backup)

    def part(name: str, service: str) -> "ContainerPart":
        seed = ("--seed", str(settings.seed)) if service == PROVIDER.service else ()
        return environment.part(name, hosts[service], PINGS[service], more_words=seed)

    def catalog_on(host: "HostContainer", name: str, more: Mapping[str, str]) -> "ContainerPart":
        return environment.part(name, host, PINGS[CATALOG.service], env={**env, **more}, only=ITS_PLACE, folder=folder)

    proxy, inbox = part("fault proxy", FAULT_PROXY), part("alert inbox", INBOX)
    catalog = catalog_on(hosts[CATALOG.service], CATALOG.name, {})
    others = {target: part(target.name, name) for target, name in LINKS.items()}
    at_once(one.start for one in (proxy, inbox, catalog, *others.values()))
    demand_shared_folder(folder.here, catalog, folder.inside)
    parts: dict[Target, Part] = {CATALOG: catalog, **others}
    client = environment.proxy_client(proxy, hosts[FAULT_PROXY], links.values())
    route_links(client, links, parts)
    memory = ContainerMemory(catalog)

    def renew_links() -> None:
        proxy.start()
        route_links(client, links, parts)

    @contextmanager
    def another_catalog(name: str, more: Mapping[str, str]) -> Iterator[Part]:
        host = environment.host(CATALOG.service)
        host.start()
        another = catalog_on(host, name, more)
        try:
            another.start()
            yield another
        finally:
            another.remove()
            host.remove()

    return assemble(
        backend="containers",
        lacking={"mount": folder.no_mounts, "memory-group": memory.lacking, "memory-limit": memory.lacking},
        parts=parts,
        links=links,
        proxy=client,
        inbox=inbox.address,
        backup=folder.here / backup.name,
        renew_links=renew_links,
        renew_catalog=Renewal(catalog, reloads=own.reloads),
        another_catalog=MoreInstances(parts, another_catalog, SECOND_CATALOG, CATALOG.name),
        memory=None if memory.lacking else memory,
    )
