"""Mistakes in alerts, log, metrics, reports and status page, and in handling a rejected key."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import structlog

from support.systems.catalog.app import cache, health, provider
from support.systems.catalog.app.alerts import Alerts
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.errors import RefreshError
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.fetching import Fetched
from support.systems.catalog.app.health import Overall
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import Catalog, Source
from support.systems.catalog.app.parts import Part, Parts, Status
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh import Outcome, Refresh
from support.systems.catalog.app.rejection import KeyRejection
from support.systems.catalog.app.report import RefreshStatus
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.defects.registry import Patch, breaks

log = structlog.get_logger()


@breaks("CAT-API-4")
def rejection_serves_the_saved_copy(patch: Patch) -> None:
    """A rejected key is treated like any outage: the saved copy stays in use, although we may no longer be entitled to its data."""
    sound = Fallback.best

    async def best(self: Fallback, held: Catalog | None, *, rejected: bool) -> Catalog | None:  # noqa: ARG001
        return await sound(self, held, rejected=False)

    patch(Fallback, "best", best)


@breaks("CAT-API-4")
def rejection_is_for_ever(patch: Patch) -> None:
    """After a rejected key the provider is not called again until a restart."""
    sound = Refresh._next_check_in_s  # noqa: SLF001

    def next_check_in_s(self: Refresh, ending: RefreshStatus, catalog: Catalog | None) -> float:
        return 86400.0 if self._deps.rejection.since else sound(self, ending, catalog)

    patch(Refresh, "_next_check_in_s", next_check_in_s)


@breaks("CAT-API-4")
def never_alerts(patch: Patch) -> None:
    """Alerts are only logged, never sent."""

    async def send(_self: Alerts, kind: str, message: str, severity: str = "critical") -> bool:
        log.error("alert", kind=kind, message=message, severity=severity)
        return True

    patch(Alerts, "send", send)


@breaks("CAT-API-4")
def alerts_each_time(patch: Patch) -> None:
    """Every rejected request sends an alert."""

    async def claim_alert(_self: Cache) -> bool:
        return True

    sound = KeyRejection.rejected

    def rejected(self: KeyRejection, reason: str, *, wholly: bool) -> None:
        self._alerted = False
        sound(self, reason, wholly=wholly)

    patch(Cache, "claim_alert", claim_alert)
    patch(KeyRejection, "rejected", rejected)


@breaks("CAT-API-4")
def alerts_once_for_all_time(patch: Patch) -> None:
    """After the first alert no later rejection is alerted."""

    def accepted(self: KeyRejection) -> None:
        self.since = None

    patch(KeyRejection, "accepted", accepted)


@breaks("CAT-API-4")
def key_in_the_alert(patch: Patch) -> None:
    """The alert contains the rejected key."""
    sound = Alerts.send

    async def send(self: Alerts, kind: str, message: str, severity: str = "critical") -> bool:
        return await sound(self, kind, f"{message} Key: {os.environ['CATALOG_PROVIDER_KEY']}", severity)

    patch(Alerts, "send", send)


@breaks("CAT-API-4")
def key_in_the_log(patch: Patch) -> None:
    """Requests are logged with all headers, including the key."""
    sound = Provider._send  # noqa: SLF001

    async def exchange(self: Provider, path: str, params: Mapping[str, str]) -> httpx.Response:
        log.info("provider.request", path=path, headers=dict(self._client.headers))
        return await sound(self, path, params)

    patch(Provider, "_send", exchange)


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
        claimed = msgspec.structs.replace(outcome.report, status=RefreshStatus.COMPLETED, source=Source.PROVIDER)
        return replace(outcome, report=claimed)

    patch(Refresh, "_outcome", end)


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


@breaks("CAT-API-4", spills=("CAT-API-6",))
def one_forbidden_group_is_nobodys_business(patch: Patch) -> None:
    """A rejection alerts only when it concerns all groups."""
    sound = KeyRejection.rejected

    def rejected(self: KeyRejection, reason: str, *, wholly: bool) -> None:
        if wholly:
            sound(self, reason, wholly=wholly)

    patch(KeyRejection, "rejected", rejected)


@breaks("CAT-API-4")
def rejected_without_a_backup_is_closed(patch: Patch) -> None:
    """While the key is rejected nothing but the backup is served, even if it is unusable."""
    sound = Fallback.best

    async def best(self: Fallback, held: Catalog | None, *, rejected: bool) -> Catalog | None:
        return await self.backup() if rejected else await sound(self, held, rejected=rejected)

    patch(Fallback, "best", best)


@breaks("CAT-API-4", spills=("CAT-API-6",))
def alerts_again_and_again(patch: Patch) -> None:
    """An alert is repeated after a moment, although nothing new has happened."""
    sound = Alerts.send

    async def send(self: Alerts, kind: str, message: str, severity: str = "critical") -> bool:
        async def repeat() -> None:
            await asyncio.sleep(0.5)
            await sound(self, kind, message, severity)

        self._repeating = asyncio.create_task(repeat())  # type: ignore[attr-defined]
        return await sound(self, kind, message, severity)

    patch(Alerts, "send", send)


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
        return replace(outcome, report=msgspec.structs.replace(outcome.report, source=Source.CACHE))

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
