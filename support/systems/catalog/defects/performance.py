"""Mistakes that show only with many bundles, shoppers or updates."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import msgspec

from support.systems.catalog.app import provider
from support.systems.catalog.app.database import Connection, Database
from support.systems.catalog.app.errors import DatabaseError
from support.systems.catalog.app.model import Bundle, Catalog, SetAside
from support.systems.catalog.app.parsing import deduplicate, read_groups, read_page
from support.systems.catalog.app.service import CatalogService
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.patched_variants import Patch, breaks

T = TypeVar("T")


@breaks("CAT-PERF-1")
def checks_for_doubles_after_each_page(patch: Patch) -> None:
    """After each page all bundles so far are sorted and checked for duplicates again."""
    so_far: list[Bundle] = []

    def read_and_check(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        good, bad, pages = read_page(body, group)
        so_far.extend(good)
        deduplicate(sorted(so_far, key=lambda bundle: bundle.name))
        if len(good) < provider.PER_PAGE or len(so_far) >= pages * provider.PER_PAGE:
            so_far.clear()
        return good, bad, pages

    patch(provider, "read_page", read_and_check)


@breaks("CAT-PERF-2")
def keeps_what_the_provider_said(patch: Patch) -> None:
    """All pages of the provider are kept in memory until the next update."""
    kept: list[Any] = []

    def begin_anew(body: bytes) -> list[str]:
        kept.clear()
        return read_groups(body)

    def read_and_keep(body: bytes, group: str) -> tuple[list[Bundle], list[SetAside], int]:
        kept.append(msgspec.json.decode(body))
        return read_page(body, group)

    patch(provider, "read_groups", begin_anew)
    patch(provider, "read_page", read_and_keep)


@breaks("CAT-PERF-3", "CAT-CONC-3", spills=("CAT-CACHE-1", "CAT-CACHE-2"))
def looks_at_the_saved_copy_each_time(patch: Patch) -> None:
    """Each request reads the saved copy from Redis."""
    sound = CatalogService.current

    async def current(self: CatalogService) -> Snapshot:
        await self._fallback.saved_copy()
        return await sound(self)

    patch(CatalogService, "current", current)


@breaks("CAT-PERF-4")
def searches_wait_for_the_update(patch: Patch) -> None:
    """Searches wait for a running update."""
    sound = CatalogService.current

    async def current(self: CatalogService) -> Snapshot:
        if self.snapshot is not None and self._running is not None:
            await self._running.wait()
        return await sound(self)

    patch(CatalogService, "current", current)


@breaks("CAT-CHAOS-2", "CAT-SYNC-4", spills=("CAT-PERF-5", "CAT-CHAIN-4", "CAT-CHAOS-1"))
def never_reconnects(patch: Patch) -> None:
    """After one failure the service does not connect to the database again."""
    sound = Database._in_transaction  # noqa: SLF001
    lost: dict[Database, DatabaseError] = {}

    async def bounded(self: Database, work: Callable[[Connection], Awaitable[T]], limit_s: float) -> T:
        if self in lost:
            raise lost[self]
        try:
            return await sound(self, work, limit_s)
        except DatabaseError as error:
            lost[self] = error
            raise

    patch(Database, "_in_transaction", bounded)


@breaks("CAT-PERF-6")
def keeps_every_version(patch: Patch) -> None:
    """Every catalog ever served stays in memory."""
    sound = CatalogService._serve  # noqa: SLF001
    kept: list[Catalog | None] = []

    async def serve(self: CatalogService, catalog: Catalog | None, next_check_in_s: float) -> None:
        kept.append(catalog)
        await sound(self, catalog, next_check_in_s)

    patch(CatalogService, "_serve", serve)
