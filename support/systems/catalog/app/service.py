"""Serves the catalog from one snapshot in memory, renewed in the background by one refresh at a time."""

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress

import structlog

from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.refresh import Outcome, Refresh, Trigger
from support.systems.catalog.app.rejection import KeyRejection
from support.systems.catalog.app.report import Report
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.snapshot import Snapshot
from support.systems.catalog.app.tasks import Tasks

FALLBACK_WITHIN_S = 2.0  # added to `patience_s` for loading a saved copy or a backup
log = structlog.get_logger()


class UnavailableError(Exception):
    """There is no catalog to serve; a retry makes sense after *retry_after_s* whole seconds."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__("no source has a catalog")
        self.retry_after_s = max(1, math.ceil(retry_after_s))


class _Run:
    """A running refresh. *settled* is set once shoppers need not wait for it any longer."""

    def __init__(self, trigger: Trigger) -> None:
        self.trigger = trigger
        self.began = time.monotonic()
        self.settled = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.outcome: Outcome | None = None

    async def wait(self) -> None:
        if self.task is not None:
            await asyncio.wait({self.task})


class CatalogService:
    """Holds the snapshot that is served. *new_refresh* makes a refresh; its second argument returns the catalog in memory."""

    def __init__(
        self,
        settings: Settings,
        new_refresh: Callable[[Trigger, Callable[[], Catalog | None]], Refresh],
        fallback: Fallback,
        rejection: KeyRejection,
        cooldown: Cooldown,
        tasks: Tasks,
        metrics: Metrics,
    ) -> None:
        self._settings = settings
        self._new_refresh = new_refresh
        self._fallback = fallback
        self._rejection = rejection
        self._cooldown = cooldown
        self._tasks = tasks
        self._metrics = metrics
        self._running: _Run | None = None
        self._due_at = 0.0
        self._unavailable_until = 0.0
        self._held: Snapshot | None = None
        self.last_report: Report | None = None

    @property
    def snapshot(self) -> Snapshot | None:
        """The snapshot in memory; an expired one is dropped."""
        if self._held is not None and self._held.catalog.expired(self._settings.cache_life):
            log.warning("memory.expired", fetched_at=self._held.catalog.fetched_at.isoformat())
            self._held, self._unavailable_until = None, 0.0
        return self._held

    @snapshot.setter
    def snapshot(self, snapshot: Snapshot | None) -> None:
        self._held = snapshot

    def start_schedule(self) -> None:
        if self._settings.sync_every_s:
            self._tasks.start(self._sync_on_schedule())

    async def current(self) -> Snapshot:
        """The snapshot to answer from. Raises `UnavailableError` when there is none within `patience_s`."""
        if (held := self.snapshot) is not None:
            self._metrics.cache_hits.inc()
            if time.monotonic() >= self._due_at:
                self._start_refresh(Trigger.DEMAND)
            return held
        self._metrics.cache_misses.inc()
        if time.monotonic() >= self._unavailable_until:
            run = self._start_refresh(Trigger.DEMAND)
            with suppress(TimeoutError):
                await asyncio.wait_for(run.settled.wait(), self._settings.patience_s + FALLBACK_WITHIN_S)
        if self._held is None:
            raise UnavailableError(self._unavailable_until - time.monotonic())
        return self._held

    def tried_every_source(self) -> bool:
        """Whether every source was tried and none had a catalog."""
        return self._held is None and self._unavailable_until > 0

    async def sync(self) -> Report | None:
        """Run a refresh of everything that starts now or later. None when it was interrupted.

        A refresh that is already running may have asked the provider too early; it is awaited, and another one follows.
        """
        called = time.monotonic()
        while True:
            run = self._start_refresh(Trigger.REQUEST)
            await run.wait()
            if run.outcome is None:
                return None
            if run.began >= called and (run.outcome.whole or run.trigger is Trigger.REQUEST):
                return run.outcome.report

    def _start_refresh(self, trigger: Trigger) -> _Run:
        """Return the running refresh, or start one."""
        if self._running is None:
            self._running = run = _Run(trigger)
            run.task = self._tasks.start(self._refresh(run))
        return self._running

    async def _refresh(self, run: _Run) -> None:
        late = self._tasks.start(self._serve_fallback_when_late(run)) if self.snapshot is None else None
        try:
            run.outcome = outcome = await self._new_refresh(run.trigger, self._in_memory).run()
            if late is not None:
                late.cancel()
            await self._serve(outcome.catalog, outcome.next_check_in_s)
            self.last_report = outcome.report
            self._metrics.refreshes.labels(outcome.report.status).inc()
            log.info("refresh.ended", trigger=run.trigger.name.lower(), **_summary(outcome.report))
        except Exception:
            # a bug in a refresh must not stop the service: it keeps serving from memory, and the next refresh tries again
            log.exception("refresh.crashed")
            self._metrics.refreshes.labels("crashed").inc()
            await self._serve(None, self._settings.recheck_after_s)
        finally:
            if late is not None:
                late.cancel()
            self._running = None
            run.settled.set()

    def _in_memory(self) -> Catalog | None:
        snapshot = self.snapshot
        return snapshot.catalog if snapshot else None

    async def _serve(self, catalog: Catalog | None, next_check_in_s: float) -> None:
        """Serve *catalog* from now on; None keeps the current one."""
        self._due_at = time.monotonic() + next_check_in_s
        if catalog is None:
            self._unavailable_until = self._due_at
        elif self._held is None or catalog is not self._held.catalog:
            self.snapshot = await asyncio.to_thread(Snapshot.of, catalog)
            self._metrics.bundles.set(len(catalog.bundles))

    async def _serve_fallback_when_late(self, run: _Run) -> None:
        """When the refresh takes longer than shoppers wait, serve another source, or an error, while it goes on."""
        await asyncio.sleep(self._settings.patience_s)
        catalog = await self._fallback.best(None, rejected=self._rejection.since is not None)
        await self._serve(catalog, max(self._settings.recheck_after_s, self._cooldown.remaining_s()))
        log.warning("refresh.outlasts_patience", source=catalog.source if catalog else None)
        run.settled.set()

    async def _sync_on_schedule(self) -> None:
        while True:
            await asyncio.sleep(self._settings.sync_every_s)
            await self._start_refresh(Trigger.SCHEDULE).wait()


def _summary(report: Report) -> dict[str, object]:
    return {
        "status": report.status,
        "source": report.source,
        "version": report.catalog_version,
        "bundles": report.bundles,
        "set_aside": report.set_aside_count,
        "duration_s": report.duration_seconds,
        "error": report.error and report.error.kind,
    }
