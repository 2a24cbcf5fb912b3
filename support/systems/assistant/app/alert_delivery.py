"""Delivers alerts to the operators' webhook, in order, each until it has been received."""

import asyncio
from collections import deque
from collections.abc import Callable

import httpx
import msgspec
import structlog

from support.systems.assistant.app.alert import Alert

TIMEOUT_S = 3.0
PAUSE_FIRST_S, PAUSE_CAP_S = 0.25, 5.0
LAST_ANSWER_S = 0.3
MOST_WAITING = 1000
log = structlog.get_logger()


class AlertDelivery:
    """With an empty *url* nothing is sent. *on_delivered* is called after each delivery."""

    def __init__(self, url: str, on_delivered: Callable[[], None]) -> None:
        self._url = url
        self._on_delivered = on_delivered
        self._client = httpx.AsyncClient(timeout=TIMEOUT_S, trust_env=False)
        self._arrived = asyncio.Event()
        self._sending: asyncio.Task[bool] | None = None
        self.waiting: deque[Alert] = deque()

    def put(self, alert: Alert) -> None:
        """Never blocks. If too many wait, the oldest is dropped; it stays in the list of recent alerts."""
        if not self._url:
            return
        if len(self.waiting) >= MOST_WAITING:
            log.error("alert.dropped", id=self.waiting.popleft().id)
        self.waiting.append(alert)
        self._arrived.set()

    async def run(self) -> None:
        """Deliver until cancelled. After a failure the pause doubles, up to PAUSE_CAP_S."""
        pause_s = PAUSE_FIRST_S
        while True:
            if not self.waiting:
                self._arrived.clear()
                await self._arrived.wait()
            self._sending = asyncio.create_task(self._deliver(self.waiting[0]))
            if await asyncio.shield(self._sending):
                pause_s = PAUSE_FIRST_S
            else:
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, PAUSE_CAP_S)

    async def close(self) -> None:
        """What is being sent may be received, so that it need not be sent again after a restart."""
        if self._sending:
            await asyncio.wait([self._sending], timeout=LAST_ANSWER_S)
            self._sending.cancel()
        await self._client.aclose()

    async def _deliver(self, alert: Alert) -> bool:
        received = await self._post(alert)
        if received:
            if self.waiting and self.waiting[0] is alert:
                self.waiting.popleft()
            self._on_delivered()
        return received

    async def _post(self, alert: Alert) -> bool:
        headers = {"Content-Type": "application/json"}
        try:
            async with asyncio.timeout(TIMEOUT_S):
                answer = await self._client.post(self._url, content=msgspec.json.encode(alert), headers=headers)
        except Exception as error:  # noqa: BLE001 - whatever it was: it is sent again, and later ones too
            reason = f"{type(error).__name__} {error}".strip()
        else:
            if answer.is_success:
                return True
            reason = f"status {answer.status_code}"
        log.warning("alert.not_delivered", id=alert.id, kind=alert.kind, reason=reason)
        return False
