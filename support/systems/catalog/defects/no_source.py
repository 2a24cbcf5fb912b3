"""Mistakes when no source has a catalog."""

import asyncio
import os
import time
import traceback

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.service import CatalogService, UnavailableError
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.catalog.app.web import Web
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3", "CAT-CACHE-1"))
def empty_shop(patch: Patch) -> None:
    """Without a source shoppers get an empty catalog instead of an error."""

    async def unavailable(_self: Web, _: Request, _error: Exception) -> Response:
        return Response(msgspec.json.encode({"source": "backup", "bundles": [], "total": 0}))

    patch(Web, "_unavailable", unavailable)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3", "CAT-CACHE-1"))
def shows_its_insides(patch: Patch) -> None:
    """Without a source shoppers get an error with a stack trace."""
    sound = Web._unavailable  # noqa: SLF001

    async def unavailable(self: Web, _: Request, error: Exception) -> Response:
        polite = await sound(self, _, error)
        body = {**msgspec.json.decode(polite.body), "detail": "".join(traceback.format_exception(error))}
        return Response(msgspec.json.encode(body), 503, {"Retry-After": polite.headers["Retry-After"]})

    patch(Web, "_unavailable", unavailable)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3", "CAT-CACHE-1"))
def dies_without_a_source(patch: Patch) -> None:
    """Without a source the process exits."""

    async def unavailable(_self: Web, _: Request, _error: Exception) -> Response:
        os._exit(1)

    patch(Web, "_unavailable", unavailable)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3", "CAT-CACHE-1"))
def holds_shoppers_until_there_is_something(patch: Patch) -> None:
    """Without a source requests wait instead of getting an error."""
    sound = CatalogService.current

    async def current(self: CatalogService) -> Snapshot:
        while True:
            try:
                return await sound(self)
            except UnavailableError:
                await asyncio.sleep(0.1)

    patch(CatalogService, "current", current)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3", "CAT-CACHE-1"))
def never_forgets_a_failure(patch: Patch) -> None:
    """The service remembers for an hour that there was no source."""
    sound = CatalogService._serve  # noqa: SLF001

    async def serve(self: CatalogService, catalog: Catalog | None, next_check_in_s: float) -> None:
        await sound(self, catalog, next_check_in_s)
        if catalog is None:
            self._unavailable_until = time.monotonic() + 3600

    patch(CatalogService, "_serve", serve)
