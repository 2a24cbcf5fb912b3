"""The health of the service and its parts, checked at each request."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum

import msgspec

from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.database import Database
from support.systems.catalog.app.errors import DependencyError, ReadOnlyError
from support.systems.catalog.app.model import Catalog, Source
from support.systems.catalog.app.parts import Part, Parts, Status
from support.systems.catalog.app.service import CatalogService

TIMEOUT_S = 0.5


class Overall(StrEnum):
    HEALTHY = "healthy"
    DEGRADED = "degraded"
    DOWN = "down"


class Health(msgspec.Struct, frozen=True):
    status: Overall
    serving: Source | None
    age_seconds: float | None
    parts: Mapping[str, Part]


class HealthCheck:
    """Probes cache, database and backup. The provider is not called: its status is that of the last contact."""

    def __init__(
        self,
        service: CatalogService,
        parts: Parts,
        cooldown: Cooldown,
        cache: Cache,
        database: Database,
        backup: Backup,
    ) -> None:
        self._service = service
        self._parts = parts
        self._cooldown = cooldown
        self._probes: dict[str, Callable[[], Awaitable[object]]] = {
            "cache": cache.ping,
            "database": database.ping,
            "backup": backup.check,
        }

    async def check(self) -> Health:
        await asyncio.gather(*(self._probe(name, probe) for name, probe in self._probes.items()))
        parts = {**self._parts.all()}
        parts["provider"] = self._provider(parts["provider"])
        snapshot = self._service.snapshot
        catalog = snapshot.catalog if snapshot else None
        return Health(
            overall_status(parts, catalog, tried_every_source=self._service.tried_every_source()),
            catalog.source if catalog else None,
            round(catalog.age_s(), 3) if catalog else None,
            parts,
        )

    async def _probe(self, name: str, probe: Callable[[], Awaitable[object]]) -> None:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                await probe()
        except ReadOnlyError as error:
            self._parts.record(name, Status.READ_ONLY, str(error))
        except DependencyError as error:
            self._parts.record(name, Status.DOWN, str(error))
        except TimeoutError:
            self._parts.record(name, Status.DOWN, f"no answer within {TIMEOUT_S:g} s")
        else:
            self._parts.record(name, Status.UP)

    def _provider(self, part: Part) -> Part:
        if wait_s := self._cooldown.remaining_s():
            return Part(Status.COOLING_DOWN, part.since, f"it wants no calls for {wait_s:.1f} s more")
        return part


def overall_status(parts: Mapping[str, Part], catalog: Catalog | None, *, tried_every_source: bool) -> Overall:
    """Healthy: every part is up and the catalog is complete. Down: shoppers get no catalog.

    Without a catalog in memory the service is down when no source is up, or when *tried_every_source*.
    """
    sources = {parts[name].status for name in ("provider", "cache", "backup")}
    if catalog is None and (tried_every_source or not sources & {Status.UP, Status.READ_ONLY}):
        return Overall.DOWN
    well = all(
        part.status is Status.UP or (name == "provider" and part.status is Status.UNKNOWN)
        for name, part in parts.items()
    )
    return Overall.HEALTHY if well and not (catalog and catalog.failed_groups) else Overall.DEGRADED
