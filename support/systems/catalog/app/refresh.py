"""One refresh: check other instances and the cool-down, take the lock, fetch, publish; or fall back to another source."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

import structlog

from support.systems.catalog.app import memory
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.errors import CacheError, ErrorKind, RefreshError, worst
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.fetching import Fetched, fetch, merge
from support.systems.catalog.app.model import Catalog, Source, now
from support.systems.catalog.app.parts import Parts, Status
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.provider_contact import ProviderContact
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh_lock import RefreshLock
from support.systems.catalog.app.rejection import KeyRejection
from support.systems.catalog.app.report import LISTED, Failure, RefreshStatus, Report
from support.systems.catalog.app.settings import Settings

POLL_INTERVAL_S = 0.05
log = structlog.get_logger()


class Trigger(Enum):
    """What started the refresh. Only REQUEST always asks the provider, and for all groups."""

    REQUEST = auto()
    SCHEDULE = auto()
    DEMAND = auto()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The *catalog* to serve from now on (None: there is none), and the seconds until the next refresh is due.

    *whole*: the refresh asked, or tried to ask, the provider for all groups.
    """

    report: Report
    catalog: Catalog | None
    next_check_in_s: float
    whole: bool


@dataclass(frozen=True, slots=True)
class RefreshDependencies:
    provider: Provider
    cooldown: Cooldown
    cache: Cache
    publisher: Publisher
    fallback: Fallback
    rejection: KeyRejection
    parts: Parts
    contact: ProviderContact


class Refresh:
    """The state of one refresh; not reusable. *in_memory* returns the catalog that is served at the moment."""

    def __init__(
        self, deps: RefreshDependencies, settings: Settings, trigger: Trigger, in_memory: Callable[[], Catalog | None]
    ) -> None:
        self._deps = deps
        self._settings = settings
        self._trigger = trigger
        self._in_memory = in_memory
        self._started_at = now()
        self._started = time.monotonic()
        self._only: tuple[str, ...] = ()
        self._lock = RefreshLock(deps.cache)
        self._claim: asyncio.Task[int]

    @property
    def _held(self) -> Catalog | None:
        """Not cached: the service may load a saved copy into memory while the refresh runs."""
        return self._in_memory()

    async def run(self) -> Outcome:
        """Failures of dependencies are reported in the outcome, never raised."""
        newer = await self._check_other_instances()
        if newer is not None:
            return self._outcome(RefreshStatus.COMPLETED, newer, whole=False)
        if wait_s := self._deps.cooldown.remaining_s():
            asked = RefreshError(ErrorKind.RATE_LIMITED, f"the provider wants no calls for {wait_s:.1f} s more")
            return await self._fall_back(asked, ending=RefreshStatus.COOLING_DOWN)
        async with self._lock.acquire() as free:
            return await (self._claim_and_refresh() if free else self._wait_for_other_instance())

    async def _check_other_instances(self) -> Catalog | None:
        """Take over a cool-down of other instances, and return their saved copy if it is fresh: then the provider is not asked."""
        cache, held = self._deps.cache, self._held
        try:
            self._deps.cooldown.extend(await cache.cooldown_s())
            saved = None if self._trigger is Trigger.REQUEST else await cache.load()
        except CacheError as error:
            self._deps.parts.record("cache", Status.DOWN, str(error))
            log.warning("cache.out_of_reach", reason=str(error), action="refresh without it")
            self._lock.redis_reachable = False
            return None
        fresh = saved is not None and saved.age_s() < self._settings.fresh_for_s and not self._predates_rejection(saved)
        newer = saved is not None and (
            held is None or held.source is Source.BACKUP or saved.fetched_at > held.fetched_at
        )
        return saved if fresh and newer else None

    def _predates_rejection(self, saved: Catalog) -> bool:
        """A copy that is older than the rejection of our key must not return to service."""
        since = self._deps.rejection.since
        return since is not None and saved.fetched_at <= since

    async def _wait_for_other_instance(self) -> Outcome:
        """Wait for the other instance's refresh, for at most `patience_s`."""
        deadline = self._started + self._settings.patience_s
        with suppress(CacheError):
            while time.monotonic() < deadline and await self._deps.cache.locked():  # noqa: ASYNC110 - in another process
                await asyncio.sleep(POLL_INTERVAL_S)
        error = RefreshError(ErrorKind.BUSY, "another instance is refreshing the catalog")
        return await self._fall_back(error, ending=RefreshStatus.ALREADY_RUNNING)

    async def _claim_and_refresh(self) -> Outcome:
        """Claim the fence, then fetch. From the claim on, no earlier refresh can publish.

        The two must not run concurrently: without the lock, a late claim would let this refresh overwrite a newer one. After a
        failed claim the provider is still asked, so that its status is known.
        """
        self._claim = asyncio.create_task(self._deps.publisher.claim(self._lock.fence))
        try:
            await asyncio.wait({self._claim})
            return await self._refresh()
        finally:
            self._claim.cancel()
            await asyncio.gather(self._claim, return_exceptions=True)

    async def _refresh(self) -> Outcome:
        held = self._held
        if self._trigger is Trigger.DEMAND and held and held.age_s() < self._settings.fresh_for_s:
            self._only = held.failed_groups
        try:
            fetched = await fetch(self._deps.provider, self._only)
        except RefreshError as unlisted:
            await self._deps.contact.record(None, unlisted, only_some=bool(self._only))
            return await self._fall_back(unlisted)
        if short := fetched.short_of_memory():
            return await self._abandon(short, fetched)
        error = worst(list(fetched.failed.values())) if fetched.failed else None
        await self._deps.contact.record(fetched, error, only_some=bool(self._only))
        if error is not None and not fetched.content:
            if self._only:
                return self._outcome(RefreshStatus.PARTIAL, held, fetched, error, whole=False)
            return await self._fall_back(error, fetched)
        return await self._publish(fetched, error)

    async def _publish(self, fetched: Fetched, error: RefreshError | None) -> Outcome:
        for bundle in fetched.set_aside()[:LISTED]:
            log.warning("bundle.set_aside", name=bundle.name, reason=bundle.reason)
        previous = self._held
        if fetched.failed and (previous is None or previous.source is Source.BACKUP):
            previous = await self._deps.fallback.saved_copy()
        bundles = await asyncio.to_thread(
            merge, fetched, previous.bundles if previous else (), only_some=bool(self._only)
        )
        if not bundles:
            return await self._fall_back(
                RefreshError(ErrorKind.MALFORMED, "the provider's catalogue is empty"), fetched
            )
        try:
            memory.require(len(bundles) * memory.TO_PUBLISH)
            catalog = Catalog(Source.PROVIDER, now(), None, bundles, tuple(fetched.failed))
            fence = await self._claim
            published = await self._deps.publisher.publish(catalog, fence, cache_reachable=self._lock.redis_reachable)
        except MemoryError:
            return await self._abandon(RefreshError(ErrorKind.MEMORY, "no memory could be had"), fetched)
        except RefreshError as unpublished:
            if unpublished.kind is ErrorKind.MEMORY:
                return await self._abandon(unpublished, fetched)
            return await self._fall_back(unpublished, fetched)
        ending = RefreshStatus.PARTIAL if fetched.failed else RefreshStatus.COMPLETED
        return self._outcome(ending, published, fetched, error, whole=not self._only)

    async def _abandon(self, short: RefreshError, fetched: Fetched) -> Outcome:
        """What was fetched does not fit into memory: release it, and keep the previous catalog."""
        fetched.content.clear()
        log.error("refresh.short_of_memory", reason=str(short))
        return await self._fall_back(short, fetched)

    async def _fall_back(
        self, error: RefreshError, fetched: Fetched | None = None, *, ending: RefreshStatus = RefreshStatus.FALLBACK
    ) -> Outcome:
        catalog = await self._deps.fallback.best(self._held, rejected=self._deps.rejection.since is not None)
        return self._outcome(ending if catalog else RefreshStatus.FAILED, catalog, fetched, error)

    def _outcome(
        self,
        ending: RefreshStatus,
        catalog: Catalog | None,
        fetched: Fetched | None = None,
        error: RefreshError | None = None,
        *,
        whole: bool = True,
    ) -> Outcome:
        set_aside = fetched.set_aside() if fetched else []
        report = Report(
            status=ending,
            source=catalog.source if catalog else None,
            catalog_version=catalog.version if catalog else None,
            bundles=len(catalog.bundles) if catalog else 0,
            groups=fetched.group_statuses() if fetched else {},
            set_aside=set_aside[:LISTED],
            set_aside_count=len(set_aside),
            started_at=self._started_at,
            finished_at=now(),
            duration_seconds=round(time.monotonic() - self._started, 3),
            error=Failure(error.kind, str(error)) if error else None,
        )
        return Outcome(report, catalog, self._next_check_in_s(ending, catalog), whole)

    def _next_check_in_s(self, ending: RefreshStatus, catalog: Catalog | None) -> float:
        settings = self._settings
        if ending is RefreshStatus.COMPLETED and catalog and not catalog.failed_groups:
            # a copy that another instance fetched is due earlier, by its age
            return max(0.0, settings.fresh_for_s - (catalog.age_s() if catalog.source is Source.CACHE else 0.0))
        return max(settings.recheck_after_s, self._deps.cooldown.remaining_s())
