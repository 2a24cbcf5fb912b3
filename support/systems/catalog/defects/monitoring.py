"""Mistakes in log, metrics, reports and status page."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge
from starlette.requests import Request
from starlette.responses import Response

from support.systems.catalog.app import cache, health, provider, web
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.errors import RefreshError
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.health import Overall
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import Catalog, Source
from support.systems.catalog.app.parts import Part, Parts, Status
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh import Outcome, Refresh
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.web import Web
from support.systems.patched_variants import Patch, breaks

log = structlog.get_logger()


@breaks("CAT-API-3")
def counts_where_nobody_reads(patch: Patch) -> None:
    """Requests to the provider are counted in a registry that is never exposed."""
    sound = Provider.__init__

    def init(self: Provider, settings: Settings, cooldown: Cooldown, metrics: Metrics) -> None:  # noqa: ARG001
        sound(self, settings, cooldown, Metrics())

    patch(Provider, "__init__", init)


@breaks("CAT-API-3")
def errors_are_mere_notes(patch: Patch) -> None:
    """Failed requests are logged at info level."""

    class Notes:
        def error(self, event: str, **facts: object) -> None:
            log.info(event, **facts)

    patch(provider, "log", Notes())


@breaks(
    "CAT-CHAIN-2",
    "CAT-CHAIN-4",
    "CAT-API-2",
    "CAT-API-6",
    spills=("CAT-API-1", "CAT-API-5", "CAT-SYNC-1", "CAT-SYNC-2", "CAT-SYNC-4", "CAT-CONC-1"),
)
def every_update_succeeds(patch: Patch) -> None:
    """Every update reports that it was completed from the provider."""
    _report_instead(patch, status=RefreshStatus.COMPLETED, source=Source.PROVIDER)


@breaks("CAT-CHAIN-2")
def always_healthy(patch: Patch) -> None:
    """The status page says healthy whenever the process answers."""

    def overall_status(_parts: Mapping[str, Part], _catalog: Catalog | None, *, tried_every_source: bool) -> Overall:  # noqa: ARG001
        return Overall.HEALTHY

    patch(health, "overall_status", overall_status)


@breaks("CAT-CHAIN-4", "CAT-API-3", spills=("CAT-CHAIN-2", "CAT-SYNC-3", "CAT-CACHE-5"))
def every_part_is_up(patch: Patch) -> None:
    """The status page says that every part is up."""
    sound = Parts.record

    def record(self: Parts, name: str, _status: Status, reason: str | None = None) -> None:
        sound(self, name, Status.UP, reason)

    patch(Parts, "record", record)


@breaks("CAT-PERF-5", "CAT-CACHE-5", "CAT-SYNC-3", spills=("CAT-CHAOS-1",))
def never_takes_an_alarm_back(patch: Patch) -> None:
    """A part that failed once is reported as failed until a restart."""
    sound = Parts.record

    def record(self: Parts, name: str, status: Status, reason: str | None = None) -> None:
        if self.all()[name].status in (Status.UP, Status.UNKNOWN):
            sound(self, name, status, reason)

    patch(Parts, "record", record)


@breaks(
    "CAT-CHAIN-1",
    spills=(
        "CAT-API-1",
        "CAT-API-6",
        "CAT-CACHE-3",
        "CAT-CACHE-5",
        "CAT-SYNC-1",
        "CAT-SYNC-2",
        "CAT-SYNC-3",
        "CAT-SYNC-5",
    ),
)
def every_update_comes_from_the_saved_copy(patch: Patch) -> None:
    """The report of an update names the saved copy as the source, whatever it was."""
    _report_instead(patch, source=Source.CACHE)


def _report_instead(patch: Patch, **claims: Any) -> None:
    """Every report of an update makes these *claims*, whatever it should say."""
    sound = Refresh._outcome  # noqa: SLF001

    def end(
        self: Refresh,
        ending: RefreshStatus,
        catalog: Catalog | None,
        fetched: Fetched | None = None,
        error: RefreshError | None = None,
        *,
        whole: bool = True,
    ) -> Outcome:
        outcome = sound(self, ending, catalog, fetched, error, whole=whole)
        return replace(outcome, report=msgspec.structs.replace(outcome.report, **claims))

    patch(Refresh, "_outcome", end)


class _Without:
    """A log that leaves out one event."""

    def __init__(self, event: str) -> None:
        self._event = event

    def error(self, event: str, **facts: object) -> None:
        if event != self._event:
            log.error(event, **facts)

    def __getattr__(self, name: str) -> Any:
        return getattr(log, name)


@breaks("CAT-CACHE-2")
def damage_is_not_logged(patch: Patch) -> None:
    """A damaged saved copy is deleted without a word in the log."""
    patch(cache, "log", _Without("cache.damaged"))


@breaks("CAT-CACHE-5")
def complains_at_each_retry(patch: Patch) -> None:
    """A Redis without memory is logged again at each retry."""
    sound = Publisher._save  # noqa: SLF001

    async def save(self: Publisher, catalog: Catalog, encoded: bytes, fence: int) -> bool:
        self._last_error = ""
        return await sound(self, catalog, encoded, fence)

    patch(Publisher, "_save", save)


@breaks("CAT-CHAIN-1")
def forgets_its_last_update(patch: Patch) -> None:
    """There is no report of the last update, once it has been answered."""

    async def last_sync(self: Web, _: Request) -> Response:  # noqa: ARG001
        return web._error(404, "no_sync_yet", "The catalog has not been refreshed yet.")  # noqa: SLF001

    patch(Web, "last_sync", last_sync)


@breaks("CAT-CHAIN-1")
def updates_are_not_counted(patch: Patch) -> None:
    """Monitoring does not count updates."""
    sound = Metrics.__init__

    def init(self: Metrics) -> None:
        sound(self)
        self.refreshes = Counter("elsewhere", "Where nobody reads", ["status"], registry=CollectorRegistry())

    patch(Metrics, "__init__", init)


@breaks("CAT-FORM-1")
def every_answer_counts_as_live(patch: Patch) -> None:
    """Monitoring counts each answer as one from the provider."""

    def change(metrics: Metrics) -> None:
        live = metrics.answers.labels("provider")
        setattr(metrics.answers, "labels", lambda _source: live)  # noqa: B010 - of this counter only

    _measured_otherwise(patch, change)


@breaks("CAT-FORM-1", spills=("CAT-PERF-3",))
def hits_are_called_misses(patch: Patch) -> None:
    """Monitoring counts the answers at hand as those that waited, and the other way round."""

    def change(metrics: Metrics) -> None:
        metrics.cache_hits, metrics.cache_misses = metrics.cache_misses, metrics.cache_hits

    _measured_otherwise(patch, change)


@breaks("CAT-FORM-1")
def nobody_counts_the_bundles(patch: Patch) -> None:
    """Monitoring gives a catalog of no bundles, whatever is served."""

    def change(metrics: Metrics) -> None:
        metrics.bundles = Gauge("elsewhere", "Where nobody reads", registry=CollectorRegistry())

    _measured_otherwise(patch, change)


@breaks("CAT-FORM-1")
def nobody_measures_the_age(patch: Patch) -> None:
    """Monitoring gives no age of the catalog."""

    def change(metrics: Metrics) -> None:
        metrics.age = Gauge("elsewhere", "Where nobody reads", registry=CollectorRegistry())

    _measured_otherwise(patch, change)


@breaks("CAT-API-4")
def alerts_are_not_counted(patch: Patch) -> None:
    """Monitoring does not count alerts."""

    def change(metrics: Metrics) -> None:
        metrics.alerts = Counter("elsewhere", "Where nobody reads", ["outcome"], registry=CollectorRegistry())

    _measured_otherwise(patch, change)


def _measured_otherwise(patch: Patch, change: Callable[[Metrics], None]) -> None:
    sound = Metrics.__init__

    def init(self: Metrics) -> None:
        sound(self)
        change(self)

    patch(Metrics, "__init__", init)
