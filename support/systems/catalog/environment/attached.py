"""A catalog system that others run: it is reached by the addresses that we are given, and what we have no power over is absent."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.unavailable import absent
from support.environments.attached import (
    NO_POWER,
    NOBODY_SAID,
    KnownLinks,
    demand_service,
    host_of_links,
    renewal,
)
from support.environments.parts import Part
from support.fault_proxy.client import Toxiproxy
from support.systems.catalog.environment.site import EVERY_SCENARIO, Site
from support.systems.catalog.environment.topology import LINKS
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG

STORES = ("redis_url", "database_url", "backup_file")


@contextmanager
def attached_catalog(settings: CatalogSettings) -> Iterator[Site]:
    """Leaves everything where it is. Raises `UsageError` where no catalog answers at `catalog.url`."""
    stores = [f"catalog.{name}" for name in STORES if getattr(settings, name)]
    if settings.url and stores and not settings.provider_url:
        raise UsageError(
            f"{' and '.join(stores)} would be emptied, and without catalog.provider_url nothing shows that the catalog uses "
            "them; say that too, or leave them out"
        )
    url = demand_service("catalog", settings.url)
    proxy = Toxiproxy(settings.proxy_url) if settings.proxy_url else None
    parts = {target: absent(Part, NO_POWER + f"the {target}") for target in (CATALOG, *LINKS)}
    lacking = {"mount": NO_POWER + "its disks", "memory-limit": NO_POWER + "its memory"}
    lacking["memory-group"] = lacking["memory-limit"]
    if not settings.renew_command:
        lacking[EVERY_SCENARIO] = (
            "every scenario begins with a fresh catalog service; say catalog.renew_command=..., which starts it anew"
        )

    def renew_links() -> None:
        raise BrokenHarnessError("the fault proxy runs elsewhere and has to be started again there")

    def another_catalog(_env: Mapping[str, str]) -> AbstractContextManager[Part]:
        raise NotApplicableError(NO_POWER + "its instances")

    yield Site(
        backend="attached",
        lacking=lacking,
        parts=parts,
        links=KnownLinks(LINKS, proxy, host_of_links(settings.links_at, settings.proxy_url), "catalog.proxy_url"),
        proxy=proxy or absent(Toxiproxy, NOBODY_SAID + "catalog.proxy_url, the fault proxy"),
        provider_url=settings.provider_url,
        inbox_url=settings.inbox_url,
        redis_url=settings.redis_url,
        database_url=settings.database_url,
        backup_file=Path(settings.backup_file)
        if settings.backup_file
        else absent(Path, NOBODY_SAID + "catalog.backup_file"),
        catalog_url=url,
        renew_links=renew_links,
        renew_catalog=renewal(settings.renew_command, "catalog service", url),
        another_catalog=another_catalog,
        shared=True,
    )
