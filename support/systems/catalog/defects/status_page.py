"""Mistakes in the status page: it cries wolf, plays a failure down, waits for what it looks at, or disturbs the provider."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from support.systems.catalog.app import health
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.database import Database
from support.systems.catalog.app.errors import CacheError
from support.systems.catalog.app.health import Health, HealthCheck, Overall
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.parts import Part
from support.systems.catalog.app.refresh import Trigger
from support.systems.patched_variants import Patch, breaks

PATIENCE_S = 3.0


@breaks("CAT-CHAIN-1", spills=("CAT-FORM-1", "CAT-PERF-5", "CAT-CHAOS-1", "CAT-CHAOS-2"))
def cries_wolf(patch: Patch) -> None:
    """The status page says degraded while everything is well."""
    sound = health.overall_status

    def overall_status(parts: Mapping[str, Part], catalog: Catalog | None, *, tried_every_source: bool) -> Overall:
        found = sound(parts, catalog, tried_every_source=tried_every_source)
        return Overall.DEGRADED if found is Overall.HEALTHY else found

    patch(health, "overall_status", overall_status)


@breaks("CAT-CHAIN-4", spills=("CAT-FORM-1",))
def calls_a_closed_shop_degraded(patch: Patch) -> None:
    """The status page says degraded while shoppers get no catalog."""
    sound = health.overall_status

    def overall_status(parts: Mapping[str, Part], catalog: Catalog | None, *, tried_every_source: bool) -> Overall:
        found = sound(parts, catalog, tried_every_source=tried_every_source)
        return Overall.DEGRADED if found is Overall.DOWN else found

    patch(health, "overall_status", overall_status)


@breaks("CAT-API-6")
def missing_groups_are_well(patch: Patch) -> None:
    """The status page says healthy although groups of the provider are missing."""
    sound = health.overall_status

    def overall_status(parts: Mapping[str, Part], catalog: Catalog | None, *, tried_every_source: bool) -> Overall:
        complete = replace(catalog, failed_groups=()) if catalog else None
        return sound(parts, complete, tried_every_source=tried_every_source)

    patch(health, "overall_status", overall_status)


@breaks("CAT-API-3")
def waits_for_every_part(patch: Patch) -> None:
    """The status page waits for a part that does not answer, until that part's own time-out."""
    sound = Cache.ping

    async def ping(self: Cache) -> None:
        try:
            await sound(self)
        except CacheError:
            await asyncio.sleep(PATIENCE_S)
            raise

    patch(health, "TIMEOUT_S", 10 * PATIENCE_S)
    patch(Cache, "ping", ping)


@breaks("CAT-API-3", spills=("CAT-API-2", "CAT-API-4", "CAT-CHAIN-4", "CAT-CHAIN-1", "CAT-PERF-5", "CAT-CHAOS-1"))
def calls_the_provider_for_its_status(patch: Patch) -> None:
    """Each look at the status page starts an update, to learn how the provider is."""
    sound = HealthCheck.check

    async def check(self: HealthCheck) -> Health:
        self._service._start_refresh(Trigger.REQUEST)  # noqa: SLF001
        return await sound(self)

    patch(HealthCheck, "check", check)


@breaks("CAT-API-3", spills=("CAT-CHAIN-4", "CAT-PERF-5", "CAT-CHAOS-1"))
def takes_the_database_for_granted(patch: Patch) -> None:
    """The status page says that the database is up without asking it."""

    async def ping(_self: Database) -> None:
        return

    patch(Database, "ping", ping)
