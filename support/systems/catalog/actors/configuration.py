"""Settings of the catalog service that a scenario changes by a restart, as an operator would; the contract has their names."""

from collections.abc import Mapping
from datetime import timedelta

from support.systems.catalog.environment.site import Site
from support.systems.catalog.targets import CATALOG

Environment = Mapping[str, str]
KEEPS_BACKUP: Environment = {"CATALOG_KEEP_BACKUP": "yes"}
# several services that read a large copy at the same time are slow; the copy is not out of reach
SLOW_CACHE: Environment = {"CATALOG_CACHE_TIMEOUT_S": "1"}
NO_TIME_OUTS: Environment = {
    "CATALOG_READ_TIMEOUT_S": "30",
    "CATALOG_CACHE_TIMEOUT_S": "5",
    "CATALOG_PATIENCE_S": "5",
}


class Configuration:
    """`restart_with` keeps until the next start of the service."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def restart_with(self, environment: Environment) -> None:
        self._site.parts[CATALOG].start(environment)


def updates_every(span: timedelta) -> Environment:
    return {"CATALOG_SYNC_EVERY_S": str(span.total_seconds())}


def attempts(count: int) -> Environment:
    return {"CATALOG_ATTEMPTS": str(count)}


def read_time_out(span: timedelta) -> Environment:
    return {"CATALOG_READ_TIMEOUT_S": str(span.total_seconds())}


def recheck_after(span: timedelta) -> Environment:
    return {"CATALOG_RECHECK_AFTER_S": str(span.total_seconds())}


def fresh_for(span: timedelta) -> Environment:
    return {"CATALOG_FRESH_FOR_S": str(span.total_seconds())}


def lease_of(span: timedelta) -> Environment:
    return {"CATALOG_LOCK_LEASE_S": str(span.total_seconds())}
