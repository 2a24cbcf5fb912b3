"""Sends alerts to the administrators' webhook."""

import asyncio

import httpx
import structlog

from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import now
from support.systems.catalog.app.tls import context_for

TIMEOUT_S = 3.0
log = structlog.get_logger()


class Alerts:
    """With an empty *url* alerts are only logged."""

    def __init__(self, url: str, metrics: Metrics) -> None:
        self._url = url
        self._metrics = metrics
        self._client = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False, verify=context_for(url))

    async def close(self) -> None:
        await self._client.aclose()

    async def send(self, kind: str, message: str, severity: str = "critical") -> bool:
        """Post one alert. False when the webhook did not accept it, which is logged and not raised."""
        alert = {"kind": kind, "severity": severity, "message": message, "at": now().isoformat(), "service": "catalog"}
        log.error("alert", **alert)
        if not self._url:
            self._metrics.alerts.labels("logged").inc()
            return True
        try:
            async with asyncio.timeout(TIMEOUT_S):
                (await self._client.post(self._url, json=alert)).raise_for_status()
        except (httpx.HTTPError, TimeoutError) as error:
            self._metrics.alerts.labels("not_delivered").inc()
            reason = f"{type(error).__name__} {error}".strip()
            log.error("alert.not_delivered", kind=kind, reason=reason)  # noqa: TRY400 - the reason suffices
            return False
        self._metrics.alerts.labels("sent").inc()
        return True
