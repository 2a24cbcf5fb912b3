"""Mistakes in serving shoppers when sources fail: which source, how soon, what is said, and the way back."""

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
from support.systems.catalog.defects.registry import Patch, breaks


@breaks("CAT-CHAIN-1")
def saved_copy_first(patch: Patch) -> None:
    """After a start the first shopper sees the saved copy, although the provider has answered."""
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
    """When the provider fails, the backup serves at once, and nobody looks for the saved copy."""

    async def saved_copy(_self: Fallback, _held: Catalog | None = None) -> Catalog | None:
        return None

    patch(Fallback, "saved_copy", saved_copy)


@breaks("CAT-CHAIN-2", "CAT-API-1", "CAT-API-5", spills=("CAT-CACHE-1",))
def calls_the_saved_copy_live(patch: Patch) -> None:
    """Prices of the saved copy are said to come from the provider."""
    sound = cache._read  # noqa: SLF001

    def read(raw: bytes | str) -> Catalog:
        return replace(sound(raw), source=Source.PROVIDER)

    patch(cache, "_read", read)


@breaks("CAT-CHAIN-2", "CAT-API-5", spills=("CAT-CACHE-1",))
def age_since_loading(patch: Patch) -> None:
    """Prices are said to be as old as our look at them, not as what was looked at."""
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
    """Time-outs are handled; a connection that is refused or dropped is an exception that nobody has thought of."""
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
    """Nobody looks for the backup."""

    async def backup(_self: Fallback) -> Catalog | None:
        return None

    patch(Fallback, "backup", backup)


@breaks("CAT-CHAIN-3", spills=("CAT-API-4",))
def calls_the_backup_saved_copy(patch: Patch) -> None:
    """Prices of the backup are said to come from the saved copy."""
    sound = Backup.load

    async def load(self: Backup) -> Catalog:
        return replace(await sound(self), source=Source.CACHE)

    patch(Backup, "load", load)


@breaks(
    "CAT-CHAIN-3",
    spills=("CAT-CHAIN-4", "CAT-CACHE-2", "CAT-CACHE-3", "CAT-CACHE-4", "CAT-CACHE-5", "CAT-SYNC-1", "CAT-SYNC-3"),
)
def needs_redis(patch: Patch) -> None:
    """Without Redis nothing works: its errors are exceptions that nobody has thought of."""
    for module in (refresh, refresh_lock, provider_contact, fallback):
        patch(module, "CacheError", NotImplementedError)


@breaks("CAT-CHAIN-3")
def waits_for_redis(patch: Patch) -> None:
    """A Redis that is silent is waited for, a minute long."""
    sound = Cache.__init__

    def init(self: Cache, settings: Settings) -> None:
        sound(self, replace(settings, cache_timeout_s=60.0))

    patch(Cache, "__init__", init)
    patch(cache, "ENTRY_TIMEOUT_S", 60.0)


@breaks("CAT-CHAIN-3", spills=("CAT-CACHE-2",))
def takes_a_damaged_copy_for_an_empty_shop(patch: Patch) -> None:
    """A saved copy that cannot be read counts as one without bundles."""
    sound = cache._read  # noqa: SLF001

    def read(raw: bytes | str) -> Catalog:
        try:
            return sound(raw)
        except Exception:  # noqa: BLE001 - the defect itself
            return Catalog(Source.CACHE, now(), None, ())

    patch(cache, "_read", read)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3",))
def takes_a_damaged_backup_for_an_empty_shop(patch: Patch) -> None:
    """A backup that cannot be read counts as one without bundles."""
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
    """Whatever serves after a failure counts as fresh, and the provider is left alone for as long as after a success."""
    sound = Refresh._next_check_in_s  # noqa: SLF001

    def next_check_in_s(self: Refresh, ending: RefreshStatus, catalog: Catalog | None) -> float:
        failed = ending in (RefreshStatus.FALLBACK, RefreshStatus.COOLING_DOWN)
        return self._settings.fresh_for_s if failed else sound(self, ending, catalog)

    patch(Refresh, "_next_check_in_s", next_check_in_s)


@breaks("CAT-CHAIN-4", spills=("CAT-SYNC-3",))
def backup_until_the_provider_is_back(patch: Patch) -> None:
    """Once the backup serves, a better saved copy is not looked for any more."""
    sound = Fallback.best

    async def best(self: Fallback, held: Catalog | None, *, rejected: bool) -> Catalog | None:
        return held or await sound(self, held, rejected=rejected)

    patch(Fallback, "best", best)


@breaks(
    "CAT-CONC-3",
    "CAT-CHAIN-4",
    spills=("CAT-API-1", "CAT-API-2", "CAT-CACHE-1", "CAT-CACHE-2", "CAT-CONC-1", "CAT-SYNC-1"),
)
def stampede(patch: Patch) -> None:
    """Each shopper who finds the catalog out of date asks the provider."""

    def begin(self: CatalogService, trigger: Trigger) -> service._Run:
        run = service._Run(trigger)  # noqa: SLF001
        run.task = self._tasks.start(self._refresh(run))
        return run

    @asynccontextmanager
    async def acquire(_self: RefreshLock) -> AsyncIterator[bool]:
        yield True

    patch(CatalogService, "_start_refresh", begin)
    patch(RefreshLock, "acquire", acquire)
