"""While the provider rejects our key, administrators get one alert."""

from typing import TYPE_CHECKING

import structlog

from support.systems.catalog.app.alerts import Alerts
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.errors import CacheError
from support.systems.catalog.app.model import now
from support.systems.catalog.app.tasks import Tasks

if TYPE_CHECKING:
    from datetime import datetime

KIND = "provider_rejects_key"
log = structlog.get_logger()


class KeyRejection:
    """All instances share one alert through Redis; without Redis each instance sends one.

    `since` is when the provider began to reject every request; None while it accepts any.
    """

    def __init__(self, alerts: Alerts, cache: Cache, tasks: Tasks) -> None:
        self._alerts = alerts
        self._cache = cache
        self._tasks = tasks
        self._alerted = False
        self._maybe_claimed = True
        self.since: datetime | None = None

    def rejected(self, reason: str, *, wholly: bool) -> None:
        """The provider rejected the key, *wholly* or for some groups. The alert is sent in the background."""
        self.since = (self.since or now()) if wholly else None
        if not self._alerted:
            self._alerted = self._maybe_claimed = True
            self._tasks.start(self._alert(reason))

    def accepted(self) -> None:
        """The provider accepted the key: the next rejection is alerted again."""
        self.since, self._alerted = None, False
        if self._maybe_claimed:
            self._tasks.start(self._release_alert())

    async def _alert(self, reason: str) -> None:
        try:
            ours = await self._cache.claim_alert()
        except CacheError as error:
            log.warning("alert.spell_not_shared", reason=str(error))
            ours = True
        message = f"The provider rejects our API key ({reason}). Shoppers see older offers until the key is mended."
        if ours and not await self._alerts.send(KIND, message):
            # not delivered: the next rejected refresh tries again
            self._alerted = False
            await self._release_alert()

    async def _release_alert(self) -> None:
        try:
            await self._cache.release_alert()
        except CacheError as error:
            log.warning("alert.spell_not_shared", reason=str(error))
        else:
            self._maybe_claimed = False
