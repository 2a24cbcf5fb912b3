"""The catalog as child processes on loopback: real Redis, real PostgreSQL, the stand-ins, the embedded fault proxy."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from support.core.addresses import LOOPBACK, url
from support.core.settings import Settings
from support.environments.fresh_start import Renewal
from support.environments.instances import MoreInstances
from support.environments.local import LocalEnvironment, local_environment
from support.environments.memory_limits import MemoryGroup
from support.environments.mounts import why_no_mounts
from support.environments.parts import Part
from support.environments.ports import ReservedPort
from support.environments.processes import ChildProcess
from support.environments.programs import split_command
from support.fault_proxy.client import Toxiproxy
from support.probes.pings import http_get
from support.systems.catalog.environment.site import PROVIDER_KEY, Site
from support.systems.catalog.environment.topology import (
    LINKS,
    assemble,
    route_links,
    service_environment,
)
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

if TYPE_CHECKING:
    from support.core.target import Target

NO_GROUP = "no group of processes can be made whose memory is limited: that takes root, and cgroups"


@contextmanager
def embedded_catalog(settings: Settings, logs: Path) -> Iterator[Site]:
    """Start every part at once, wait until each answers its probe, and end all of them on leaving."""
    with local_environment(logs, settings.seed) as local:
        yield _start(local, settings.of(CatalogSettings))


def _start(local: LocalEnvironment, wanted: CatalogSettings) -> Site:
    inbox = local.port("the alert inbox")
    provider = local.port("the provider", wanted.provider_port)
    redis = local.port("the saved copy", wanted.redis_port)
    postgres = local.port("the database", wanted.postgres_port)
    catalog = local.port("the catalog service", wanted.port)
    links = {target: local.link(name) for target, name in LINKS.items()}
    memory = local.run.memory_group()
    backup = local.run.path / "backup" / "backup.json"
    backup.parent.mkdir()
    env = service_environment(links, (LOOPBACK, inbox), backup)

    database = local.prepare_postgres("database")
    proxy = local.fault_proxy()
    parts: dict[Target, Part] = {
        CATALOG: _catalog(local, wanted, "catalog service", catalog, env, memory),
        PROVIDER: local.module(
            "provider",
            "support.systems.catalog.standins.provider",
            provider,
            http_get("/_control/health"),
            *("--seed", str(local.seed), "--key", PROVIDER_KEY),
        ),
        SAVED_COPY: local.redis("saved copy", redis),
    }
    local.module("alert inbox", "support.standins.inbox", inbox, http_get("/_control/health"))
    parts[DATABASE] = database.start(postgres)
    local.await_ready()
    client = Toxiproxy(url("http", proxy.address))
    route_links(client, links, parts)

    def renew_links() -> None:
        proxy.start()
        route_links(client, links, parts)

    @contextmanager
    def another_catalog(name: str, more: Mapping[str, str]) -> Iterator[Part]:
        with ReservedPort(what="another catalog service") as port:
            part = _catalog(local, wanted, name, port.number, {**env, **more})
            try:
                part.await_ready()
                yield part
            finally:
                part.kill()
                local.started.remove(part)

    return assemble(
        backend="embedded",
        lacking={"mount": why_no_mounts(backup.parent), "memory-group": "" if memory else NO_GROUP},
        parts=parts,
        links=links,
        proxy=client,
        inbox=(LOOPBACK, inbox),
        backup=backup,
        renew_links=renew_links,
        renew_catalog=Renewal(parts[CATALOG], reloads=wanted.reloads),
        another_catalog=MoreInstances(parts, another_catalog, SECOND_CATALOG, CATALOG.name),
        memory=memory,
    )


def _catalog(
    local: LocalEnvironment,
    wanted: CatalogSettings,
    name: str,
    port: int,
    env: Mapping[str, str],
    memory: MemoryGroup | None = None,
) -> ChildProcess:
    command = split_command(wanted.command, "catalog.command")
    command = command or [sys.executable, "-m", "support.systems.catalog.app"]
    return local.spawn(
        name,
        memory.inside(command) if memory else command,
        port,
        http_get("/health/live"),
        env={**wanted.passed_on, **env, "CATALOG_HOST": LOOPBACK, "CATALOG_PORT": str(port)},
    )
