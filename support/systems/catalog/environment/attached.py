"""A catalog system that others run: it is reached by the addresses that we are given, and what we have no power over is absent."""

import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import requests

from support.core.errors import BrokenHarnessError, NotApplicableError, UsageError
from support.core.eventually import patiently
from support.core.target import Target
from support.core.unavailable import absent
from support.environments.parts import Link, Part
from support.fault_proxy.client import Toxiproxy
from support.systems.catalog.environment.site import EVERY_SCENARIO, Site
from support.systems.catalog.environment.topology import LINKS
from support.systems.catalog.settings import CatalogSettings
from support.systems.catalog.targets import CATALOG

ANSWER_S = 5.0
BACK = timedelta(seconds=15)
STORES = ("redis_url", "database_url", "backup_file")
NO_POWER = "what is judged runs elsewhere (backend=attached), and we have no power over "
NOBODY_SAID = "nobody said where it is: "


@contextmanager
def attached_catalog(settings: CatalogSettings) -> Iterator[Site]:
    """Leaves everything where it is. Raises `UsageError` where no catalog answers at `catalog.url`."""
    url = settings.url.rstrip("/")
    if not url:
        raise UsageError("backend=attached needs to know what to judge; say catalog.url=http://host:port")
    stores = [f"catalog.{name}" for name in STORES if getattr(settings, name)]
    if stores and not settings.provider_url:
        raise UsageError(
            f"{' and '.join(stores)} would be emptied, and without catalog.provider_url nothing shows that the catalog uses "
            "them; say that too, or leave them out"
        )
    if not _started_at(url):
        raise UsageError(f"no catalog answers at {url}/health/live; start it, or say another catalog.url")
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
        links=_KnownLinks(_links(settings, proxy) if proxy else {}),
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
        renew_catalog=_renewal(settings.renew_command, url),
        another_catalog=another_catalog,
        shared=True,
    )


class _KnownLinks(dict[Target, Link]):
    """Whoever turns to another link is told why that cannot be had."""

    def __missing__(self, target: Target) -> NoReturn:
        raise NotApplicableError(f"{NOBODY_SAID}catalog.proxy_url, a fault proxy with a link named {LINKS[target]}")


def _links(settings: CatalogSettings, proxy: Toxiproxy) -> dict[Target, Link]:
    """Those that the fault proxy knows by our names for them."""
    known = proxy.proxies()
    host = settings.links_at or str(urlsplit(settings.proxy_url).hostname)
    return {
        target: Link(name, (host, int(known[name].listen.rpartition(":")[2])))
        for target, name in LINKS.items()
        if name in known
    }


def _renewal(command: str, url: str) -> Callable[[], None]:
    argv = shlex.split(command)

    def renew() -> None:
        before = _started_at(url)
        done = subprocess.run(argv, capture_output=True, text=True, timeout=BACK.total_seconds(), check=False)
        if done.returncode:
            raise BrokenHarnessError(f"renew_command failed: {(done.stderr or done.stdout).strip()[-300:]}")

        def check() -> None:
            assert _started_at(url) not in {"", before}, "the catalog service has not started anew after renew_command"

        try:
            patiently(check, within=BACK)
        except AssertionError as never:
            raise BrokenHarnessError(str(never)) from None

    return renew


def _started_at(url: str) -> str:
    try:
        return str(requests.get(f"{url}/health/live", timeout=ANSWER_S).json()["started_at"])
    except (requests.RequestException, ValueError, KeyError, TypeError):
        return ""
