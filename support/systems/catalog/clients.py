"""The clients of a run, connected to the addresses of its site. A client without an address is absent (N/A)."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from support.core.unavailable import absent, unless_lacking
from support.standins.received_alerts import AlertInbox
from support.systems.catalog.actors.catalog_api import CatalogApi
from support.systems.catalog.environment.site import Site
from support.systems.catalog.observers.database_session import DatabaseSession
from support.systems.catalog.observers.provider_record import ProviderRecord
from support.systems.catalog.observers.stores import Stores
from support.systems.catalog.standins.provider.control import ProviderControl

T = TypeVar("T")
NO_ADDRESS = "the system under test runs elsewhere, and its address is not set: "


@dataclass(frozen=True, slots=True)
class Clients:
    catalog: CatalogApi
    provider: ProviderControl
    record: ProviderRecord
    inbox: AlertInbox
    saved_copy: redis.Redis
    stores: Stores


def connect(site: Site, lacking: Collection[str]) -> Clients:
    """*lacking* are the capabilities that the candidate lacks. `stores` can be emptied even where it stores differently."""
    saved_copy = _saved_copy(site.redis_url)
    return Clients(
        api(site.catalog_url, lacking),
        ProviderControl(site.provider_url) if site.provider_url else _absent(ProviderControl, "provider_url"),
        ProviderRecord(site.provider_url) if site.provider_url else _absent(ProviderRecord, "provider_url"),
        AlertInbox(site.inbox_url) if site.inbox_url else _absent(AlertInbox, "inbox_url"),
        saved_copy,
        Stores(saved_copy, _database(site.database_url), site.backup_file, shared=site.shared),
    )


def api(url: str, lacking: Collection[str]) -> CatalogApi:
    """The client of the service at *url*; what the service lacks is absent (N/A)."""
    whole = CatalogApi(url)
    return unless_lacking(lacking, "metrics", unless_lacking(lacking, "status-page", whole, "health"), "metrics")


def _saved_copy(url: str) -> redis.Redis:
    if not url:
        return _absent(redis.Redis, "redis_url")
    return redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0))


def _database(url: str) -> DatabaseSession:
    return DatabaseSession(url.replace("+psycopg:", ":")) if url else _absent(DatabaseSession, "database_url")


def _absent(kind: type[T], setting: str) -> T:
    return absent(kind, NO_ADDRESS + setting)
