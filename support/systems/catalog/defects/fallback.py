"""Mistakes in choosing and labelling a source when others fail."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from support.systems.catalog.app import cache, fallback, provider_contact, refresh, refresh_lock, service
from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import BackupError, ErrorKind, RefreshError
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.model import Catalog, Source, now
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.refresh import Outcome, Refresh, Trigger
from support.systems.catalog.app.refresh_lock import RefreshLock
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.service import CatalogService
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.patched_variants import Patch, breaks


@breaks("CAT-CHAIN-1")
def saved_copy_first(patch: Patch) -> None:
    """After a start the first shopper gets the saved copy, although the provider has answered."""
    sound = Refresh._publish  # noqa: SLF001

    async def publish(self: Refresh, fetched: Fetched, error: RefreshError | None) -> Outcome:
        first = self._trigger is Trigger.DEMAND and self._held is None
        saved = await self._deps.fallback.saved_copy() if first else None
        outcome = await sound(self, fetched, error)
        return replace(outcome, catalog=saved, next_check_in_s=0.0) if saved else outcome

    patch(Refresh, "_publish", publish)


@breaks(
    "CAT-CHAIN-2",
    "CAT-CACHE-5",
    spills=(
        "CAT-CHAIN-4",
        "CAT-API-1",
        "CAT-API-2",
        "CAT-API-3",
        "CAT-API-5",
        "CAT-API-6",
        "CAT-CACHE-1",
        "CAT-CACHE-3",
    ),
)
def skips_the_saved_copy(patch: Patch) -> None:
    """When the provider fails, the service uses the backup without trying the saved copy."""

    async def saved_copy(_self: Fallback, _held: Catalog | None = None) -> Catalog | None:
        return None

    patch(Fallback, "saved_copy", saved_copy)


@breaks("CAT-CHAIN-2", "CAT-API-1", "CAT-API-5", spills=("CAT-CACHE-1",))
def calls_the_saved_copy_live(patch: Patch) -> None:
    """Prices from the saved copy are labelled as coming from the provider."""
    sound = cache._read  # noqa: SLF001

    def read(raw: bytes | str) -> Catalog:
        return replace(sound(raw), source=Source.PROVIDER)

    patch(cache, "_read", read)


@breaks("CAT-CHAIN-2", "CAT-API-5", spills=("CAT-CACHE-1",))
def age_since_loading(patch: Patch) -> None:
    """The age of prices counts from when they were loaded, not from when they were fetched."""
    sound = Snapshot.of

    def of(_cls: type[Snapshot], catalog: Catalog) -> Snapshot:
        return sound(replace(catalog, fetched_at=now()))

    patch(Snapshot, "of", classmethod(of))


@breaks("CAT-CHAIN-2", "CAT-API-1")
def no_patience(patch: Patch) -> None:
    """The first shopper waits until all attempts have failed."""

    async def lose_patience(_self: CatalogService, run: object) -> None:  # noqa: ARG001
        await asyncio.Event().wait()

    patch(CatalogService, "_serve_fallback_when_late", lose_patience)
    patch(service, "FALLBACK_WITHIN_S", 60.0)


@breaks(
    "CAT-CHAIN-2",
    "CAT-CHAIN-3",
    spills=("CAT-CHAIN-4", "CAT-API-1", "CAT-SYNC-3", "CAT-CACHE-1", "CAT-CACHE-2", "CAT-CACHE-3", "CAT-CACHE-5"),
)
def expects_only_time_outs(patch: Patch) -> None:
    """Time-outs are handled, but a refused or dropped connection is an uncaught exception."""
    sound = Provider._send  # noqa: SLF001

    async def exchange(self: Provider, path: str, params: dict[str, str]) -> httpx.Response:
        try:
            return await sound(self, path, params)
        except RefreshError as error:
            if error.kind is ErrorKind.UNREACHABLE:
                raise ConnectionError(str(error)) from None
            raise

    patch(Provider, "_send", exchange)


@breaks("CAT-CHAIN-3", "CAT-API-4", "CAT-CACHE-5", spills=("CAT-CHAIN-4", "CAT-SYNC-3", "CAT-CACHE-1", "CAT-CACHE-2"))
def skips_the_backup(patch: Patch) -> None:
    """The backup is never used."""

    async def backup(_self: Fallback) -> Catalog | None:
        return None

    patch(Fallback, "backup", backup)


@breaks("CAT-CHAIN-3", spills=("CAT-API-4",))
def calls_the_backup_saved_copy(patch: Patch) -> None:
    """Prices from the backup are labelled as coming from the saved copy."""
    sound = Backup.load

    async def load(self: Backup) -> Catalog:
        return replace(await sound(self), source=Source.CACHE)

    patch(Backup, "load", load)


@breaks(
    "CAT-CHAIN-3",
    spills=("CAT-CHAIN-4", "CAT-CACHE-2", "CAT-CACHE-3", "CAT-CACHE-4", "CAT-CACHE-5", "CAT-SYNC-1", "CAT-SYNC-3"),
)
def needs_redis(patch: Patch) -> None:
    """Errors of Redis are uncaught exceptions, so nothing works without it."""
    for module in (refresh, refresh_lock, provider_contact, fallback):
        patch(module, "CacheError", NotImplementedError)


@breaks("CAT-CHAIN-3")
def waits_for_redis(patch: Patch) -> None:
    """The service waits a minute for a Redis that does not answer."""
    sound = Cache.__init__

    def init(self: Cache, settings: Settings) -> None:
        sound(self, replace(settings, cache_timeout_s=60.0))

    patch(Cache, "__init__", init)
    patch(cache, "ENTRY_TIMEOUT_S", 60.0)


@breaks("CAT-CHAIN-3", spills=("CAT-CACHE-2",))
def takes_a_damaged_copy_for_an_empty_shop(patch: Patch) -> None:
    """A damaged saved copy is treated as a catalog without bundles."""
    sound = cache._read  # noqa: SLF001

    def read(raw: bytes | str) -> Catalog:
        try:
            return sound(raw)
        except Exception:  # noqa: BLE001 - the defect itself
            return Catalog(Source.CACHE, now(), None, ())

    patch(cache, "_read", read)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3",))
def takes_a_damaged_backup_for_an_empty_shop(patch: Patch) -> None:
    """A damaged backup is treated as a catalog without bundles."""
    sound = Backup._load  # noqa: SLF001

    def load(self: Backup) -> Catalog:
        try:
            return sound(self)
        except BackupError as error:
            if "damaged" in str(error):
                return Catalog(Source.BACKUP, now(), None, ())
            raise

    patch(Backup, "_load", load)


@breaks("CAT-CHAIN-4", spills=("CAT-API-2", "CAT-API-4", "CAT-CACHE-1", "CAT-CACHE-3"))
def old_prices_are_good_enough(patch: Patch) -> None:
    """After a failure the provider is not retried any sooner than after a success."""
    sound = Refresh._next_check_in_s  # noqa: SLF001

    def next_check_in_s(self: Refresh, ending: RefreshStatus, catalog: Catalog | None) -> float:
        failed = ending in (RefreshStatus.FALLBACK, RefreshStatus.COOLING_DOWN)
        return self._settings.fresh_for_s if failed else sound(self, ending, catalog)

    patch(Refresh, "_next_check_in_s", next_check_in_s)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3",))
def backup_until_the_provider_is_back(patch: Patch) -> None:
    """Once the backup is in use, the service no longer looks for a saved copy."""
    sound = Fallback.best

    async def best(self: Fallback, held: Catalog | None, *, rejected: bool) -> Catalog | None:
        return held or await sound(self, held, rejected=rejected)

    patch(Fallback, "best", best)


@breaks(
    "CAT-CONC-3",
    "CAT-CHAIN-4",
    "CAT-API-1",
    "CAT-CACHE-1",
    spills=("CAT-API-2", "CAT-CACHE-2", "CAT-CONC-1", "CAT-SYNC-1"),
)
def stampede(patch: Patch) -> None:
    """Each request that finds the catalog out of date starts a refresh of its own."""

    def begin(self: CatalogService, trigger: Trigger) -> service._Run:
        run = service._Run(trigger)  # noqa: SLF001
        run.task = self._tasks.start(self._refresh(run))
        return run

    @asynccontextmanager
    async def acquire(_self: RefreshLock) -> AsyncIterator[bool]:
        yield True

    patch(CatalogService, "_start_refresh", begin)
    patch(RefreshLock, "acquire", acquire)


@breaks("CAT-CHAIN-3", spills=("CAT-CACHE-2", "CAT-CACHE-3", "CAT-CHAIN-4", "CAT-SYNC-3"))
def shoppers_wait_for_redis(patch: Patch) -> None:
    """Shoppers wait five seconds for a Redis that does not answer, and only then get the backup."""
    sound = Fallback.saved_copy

    async def saved_copy(self: Fallback, held: Catalog | None = None) -> Catalog | None:
        found = await sound(self, held)
        if found is None:
            await asyncio.sleep(5)
        return found

    patch(Fallback, "saved_copy", saved_copy)
    patch(service, "FALLBACK_WITHIN_S", 60.0)
