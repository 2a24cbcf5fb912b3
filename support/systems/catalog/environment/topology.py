"""What the catalog system consists of and which part uses which, for every backend."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path, PurePath

from support.core.addresses import Address, url
from support.core.settings import Settings
from support.core.target import Target
from support.environments.compose import Services, needed, prefixed, services, topology_of
from support.environments.links import route
from support.environments.parts import Link, Part, ScarceMemory
from support.fault_proxy.client import Toxiproxy
from support.systems.catalog.environment.site import PROVIDER_KEY, Site
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG, DATABASE, PROVIDER, SAVED_COPY

LINKS = {
    target: target.service for target in (PROVIDER, SAVED_COPY, DATABASE)
}  # a link is called as the service behind it
INBOX = "alert-inbox"

# Timings of the service under test, short enough to be waited out. A candidate gets the same (its contract.md).
TIMINGS = {
    "CATALOG_ATTEMPTS": "4",
    "CATALOG_CONNECT_TIMEOUT_S": "0.3",
    "CATALOG_READ_TIMEOUT_S": "0.3",
    "CATALOG_BACKOFF_FIRST_S": "0.1",
    "CATALOG_BACKOFF_CAP_S": "0.3",
    "CATALOG_BACKOFF_JITTER_S": "0.1",
    "CATALOG_PATIENCE_S": "0.5",
    "CATALOG_FRESH_FOR_S": "60",
    "CATALOG_RECHECK_AFTER_S": "0.3",
    "CATALOG_CACHE_LIFE_DAYS": "30",
    "CATALOG_SYNC_EVERY_S": "0",
    "CATALOG_CACHE_TIMEOUT_S": "0.2",
    "CATALOG_DATABASE_TIMEOUT_S": "1",
    "CATALOG_LOCK_LEASE_S": "2",
}


def service_environment(links: Mapping[Target, Link], inbox: Address, backup: PurePath) -> dict[str, str]:
    """The environment by which the catalog service finds the entries of its *links*, and everything else."""
    entries = {target: url("", link.entry) for target, link in links.items()}
    return TIMINGS | {
        "CATALOG_PROVIDER_URL": f"http:{entries[PROVIDER]}/v2.4",
        "CATALOG_PROVIDER_KEY": PROVIDER_KEY,
        "CATALOG_REDIS_URL": f"redis:{entries[SAVED_COPY]}/0",
        "CATALOG_DATABASE_URL": url("postgresql", links[DATABASE].entry, user="postgres") + "/postgres",
        "CATALOG_BACKUP_FILE": str(backup),
        "CATALOG_ALERT_URL": url("http", inbox) + "/alerts",
    }


def described_services(settings: Settings) -> Services:
    """The catalog and what it depends on, in containers, each with the image that *settings* name for it."""
    own = settings.of(CatalogSettings)
    found = needed(services(topology_of("catalog"), prefixed(settings.image_prefix)), CATALOG.service)
    return {name: entry | {"image": own.image_of(name) or entry["image"]} for name, entry in found.items()}


def route_links(proxy: Toxiproxy, links: Mapping[Target, Link], parts: Mapping[Target, Part]) -> None:
    """Have the fault proxy lead each link to the part behind it."""
    route(proxy, {link: parts[target].address for target, link in links.items()})


def assemble(
    *,
    backend: str,
    lacking: Mapping[str, str],
    parts: Mapping[Target, Part],
    links: Mapping[Target, Link],
    proxy: Toxiproxy,
    inbox: Address,
    backup: Path,
    renew_links: Callable[[], None],
    renew_catalog: Callable[[], None],
    another_catalog: Callable[[Mapping[str, str]], AbstractContextManager[Part]],
    memory: ScarceMemory | None,
) -> Site:
    """The site whose parts are at these addresses, past every link."""
    return Site(
        backend=backend,
        lacking={name: why for name, why in lacking.items() if why},
        parts=parts,
        links=links,
        proxy=proxy,
        provider_url=url("http", parts[PROVIDER].address),
        inbox_url=url("http", inbox),
        redis_url=url("redis", parts[SAVED_COPY].address) + "/0",
        database_url=url("postgresql", parts[DATABASE].address, user="postgres") + "/postgres",
        backup_file=backup,
        catalog_url=url("http", parts[CATALOG].address),
        renew_links=renew_links,
        renew_catalog=renew_catalog,
        another_catalog=another_catalog,
        memory=memory,
    )
