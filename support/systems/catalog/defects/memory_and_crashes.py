"""Mistakes that show under memory pressure, after a crash, or after a dependency was lost."""

import asyncio
import signal
import socket
import sys
from contextlib import suppress
from typing import Any

import httpx
import msgspec

from support.systems.catalog.app import __main__, cache, memory, scripts
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import CacheError, ErrorKind, RefreshError
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.provider import GroupContent, Provider
from support.systems.catalog.app.runtime import Runtime
from support.systems.catalog.app.service import CatalogService, UnavailableError, _Run
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.patched_variants import Patch, breaks

COPIES = 12
EVERY_PROMISE_AFTER_A_START = (  # whose scenarios start an instance, or follow such a scenario
    "CAT-CHAIN-1",
    "CAT-CHAIN-2",
    "CAT-CHAIN-4",
    "CAT-API-1",
    "CAT-API-2",
    "CAT-API-3",
    "CAT-API-5",
    "CAT-API-6",
    "CAT-CACHE-1",
    "CAT-CACHE-2",
    "CAT-CACHE-3",
    "CAT-CACHE-5",
    "CAT-CONC-1",
    "CAT-CONC-3",
    "CAT-SYNC-1",
    "CAT-SYNC-3",
)


@breaks("CAT-SYNC-2")
def takes_memory_for_granted(patch: Patch) -> None:
    """An update does not check the available memory, so the OOM killer ends the service."""

    def require(_size: int) -> None:
        return

    patch(memory, "require", require)


@breaks("CAT-SYNC-2")
def holds_the_catalog_many_times(patch: Patch) -> None:
    """An update keeps many copies of the catalog in memory."""
    sound = Provider.content

    async def content(self: Provider, group: str) -> GroupContent:
        found = await sound(self, group)
        _kept[:] = _copies(found.bundles)
        return found

    patch(Provider, "content", content)


@breaks(
    "CAT-SYNC-2",
    "CAT-CHAOS-4",
    spills=(
        "CAT-CHAOS-3",
        "CAT-SYNC-1",
        "CAT-SYNC-3",
        "CAT-SYNC-4",
        "CAT-SYNC-5",
        "CAT-CONC-1",
        "CAT-CONC-2",
        "CAT-CONC-4",
        "CAT-CACHE-1",
        "CAT-CACHE-2",
        "CAT-CACHE-3",
        "CAT-CACHE-4",
        "CAT-CACHE-5",
        "CAT-CHAIN-4",
        "CAT-API-1",
        "CAT-API-2",
        "CAT-API-4",
        "CAT-API-6",
    ),
)
def forgets_to_give_the_lock_back(patch: Patch) -> None:
    """The lock is never released and has a lease of an hour."""
    patch(scripts, "RELEASE_LOCK", "return 0")
    patch(scripts, "TAKE_LOCK", scripts.TAKE_LOCK.replace("'px', ARGV[1]", "'ex', 3600"))


@breaks("CAT-CHAOS-3", spills=("CAT-CONC-1",))
def unfolds_the_saved_copy(patch: Patch) -> None:
    """Loading the saved copy at start-up takes many times the memory of the catalog."""
    sound = cache._read  # noqa: SLF001

    def read(raw: bytes | str) -> Catalog:
        catalog = sound(raw)
        _forms = [_copies(catalog.bundles) for _ in range(COPIES)]
        return catalog

    patch(cache, "_read", read)


@breaks("CAT-SYNC-1", spills=("CAT-CHAOS-1",))
def joins_an_update_that_began_earlier(patch: Patch) -> None:
    """A request for an update is confirmed by one that began before the request."""
    sound = _Run.__init__

    def init(self: _Run, trigger: Any) -> None:
        sound(self, trigger)
        self.began = float("inf")

    patch(_Run, "__init__", init)


@breaks("CAT-CHAOS-1", spills=("CAT-CHAOS-2", "CAT-API-1", "CAT-CHAIN-4", "CAT-CACHE-1"))
def gives_up_on_the_provider(patch: Patch) -> None:
    """After one failed connection the provider is not called again until a restart."""
    sound = Provider._send  # noqa: SLF001

    async def exchange(self: Provider, path: str, params: Any) -> httpx.Response:
        if self in _broken:
            raise RefreshError(ErrorKind.UNREACHABLE, "the connection is closed")
        try:
            return await sound(self, path, params)
        except RefreshError as error:
            if error.kind in (ErrorKind.UNREACHABLE, ErrorKind.TIMEOUT):
                _broken.append(self)
            raise

    patch(Provider, "_send", exchange)


@breaks(
    "CAT-CHAOS-3",
    "CAT-CHAOS-4",
    "CAT-CACHE-3",
    spills=tuple(one for one in EVERY_PROMISE_AFTER_A_START if one != "CAT-CACHE-3"),
)
def starts_without_the_saved_copy(patch: Patch) -> None:
    """A newly started process does not use the saved copy."""
    sound, saved_copy, load = Runtime.__init__, Fallback.saved_copy, Cache.load

    def init(self: Runtime, settings: Settings) -> None:
        _lives.append(self)
        sound(self, settings)

    async def no_saved_copy(self: Fallback, held: Catalog | None = None) -> Catalog | None:
        return None if len(_lives) == 1 else await saved_copy(self, held)

    async def load_nothing(self: Cache) -> Catalog | None:
        return None if len(_lives) == 1 else await load(self)

    patch(Runtime, "__init__", init)
    patch(Fallback, "saved_copy", no_saved_copy)
    patch(Cache, "load", load_nothing)


@breaks("CAT-PERF-5", "CAT-CHAOS-3", spills=EVERY_PROMISE_AFTER_A_START)
def waits_to_be_released(patch: Patch) -> None:
    """A newly started process answers 503 until an operator reloads it."""
    sound_init, sound_current = Runtime.__init__, CatalogService.current

    def init(self: Runtime, settings: Settings) -> None:
        _lives.append(self)
        sound_init(self, settings)

    async def current(self: CatalogService) -> Snapshot:
        if len(_lives) == 1:
            raise UnavailableError(1)
        return await sound_current(self)

    patch(Runtime, "__init__", init)
    patch(CatalogService, "current", current)


@breaks("CAT-PERF-5", spills=("CAT-SYNC-1", "CAT-CHAOS-1", "CAT-CHAOS-2", "CAT-CHAOS-3", "CAT-CHAOS-4"))
def stays_away_after_a_freeze(patch: Patch) -> None:
    """A process that was frozen and resumed answers 503 until it is reloaded."""
    sound_start, sound_current = CatalogService.start_schedule, CatalogService.current
    frozen: list[CatalogService] = []

    def start_schedule(self: CatalogService) -> None:
        sound_start(self)
        asyncio.get_running_loop().add_signal_handler(signal.SIGCONT, frozen.append, self)

    async def current(self: CatalogService) -> Snapshot:
        if self in frozen:
            raise UnavailableError(1)
        return await sound_current(self)

    patch(CatalogService, "start_schedule", start_schedule)
    patch(CatalogService, "current", current)


@breaks("CAT-CHAOS-3", "CAT-CHAOS-4", spills=("CAT-SYNC-1", "CAT-SYNC-4"))
def takes_the_dead_for_a_twin(patch: Patch) -> None:
    """A service that finds the lock held at start-up exits, and the lock of a dead instance is held for a minute."""
    patch(scripts, "TAKE_LOCK", scripts.TAKE_LOCK.replace("ARGV[1])", "60000)"))
    patch(scripts, "RENEW_LOCK", scripts.RENEW_LOCK.replace("ARGV[2])", "60000)"))
    sound = __main__.serve

    async def serve(settings: Settings, listening: socket.socket) -> None:
        lock = Cache(settings)
        with suppress(CacheError):
            if await lock.locked():
                sys.exit("catalog: it runs already")
        await lock.close()
        await sound(settings, listening)

    patch(__main__, "serve", serve)


_kept: list[object] = []
_broken: list[Provider] = []
_lives: list[Runtime] = []


def _copies(bundles: Any) -> list[object]:
    return [msgspec.to_builtins(bundles) for _ in range(COPIES)]
