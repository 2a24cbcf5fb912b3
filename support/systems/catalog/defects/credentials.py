"""Mistakes in handling a rejected key, and in alerting the administrators."""

import asyncio
import os
from collections.abc import Mapping

import httpx
import structlog

from support.systems.catalog.app.alerts import Alerts
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import Catalog
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.refresh import Refresh
from support.systems.catalog.app.rejection import KIND, KeyRejection
from support.systems.catalog.app.report import RefreshStatus
from support.systems.patched_variants import Patch, breaks

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
    """An alert is repeated a moment after the last rejection, although nothing new has happened."""
    sound = KeyRejection.rejected
    later: list[asyncio.TimerHandle] = []

    def rejected(self: KeyRejection, reason: str, *, wholly: bool) -> None:
        sound(self, reason, wholly=wholly)
        for repeat in later:
            repeat.cancel()

        async def again() -> None:
            await self._alerts.send(KIND, reason)

        later[:] = [asyncio.get_running_loop().call_later(0.6, lambda: self._tasks.start(again()))]

    patch(KeyRejection, "rejected", rejected)


@breaks("CAT-API-4")
def each_service_alerts_for_itself(patch: Patch) -> None:
    """Services do not tell one another that one of them has sent the alert."""

    async def claim_alert(_self: Cache) -> bool:
        return True

    patch(Cache, "claim_alert", claim_alert)


@breaks("CAT-API-4")
def alerts_without_a_word(patch: Patch) -> None:
    """An alert has no message, so that it says that something is wrong but not what."""
    _alerts_without(patch, "message")


@breaks("CAT-API-4")
def alerts_of_any_severity(patch: Patch) -> None:
    """An alert does not say how severe it is."""
    _alerts_without(patch, "severity")


@breaks("CAT-API-4")
def alerts_of_any_time(patch: Patch) -> None:
    """An alert does not say when it was sent."""
    _alerts_without(patch, "at")


@breaks("CAT-API-4")
def alerts_from_nobody(patch: Patch) -> None:
    """An alert does not say which service it comes from."""
    _alerts_without(patch, "service")


def _alerts_without(patch: Patch, field: str) -> None:
    sound = Alerts.__init__

    def init(self: Alerts, url: str, metrics: Metrics) -> None:
        sound(self, url, metrics)
        post = self._client.post

        async def post_the_rest(address: str, *, json: dict[str, str]) -> httpx.Response:
            return await post(address, json={name: value for name, value in json.items() if name != field})

        setattr(self._client, "post", post_the_rest)  # noqa: B010 - of this client only

    patch(Alerts, "__init__", init)
