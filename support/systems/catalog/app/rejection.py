"""A spell during which the provider rejects our key: one alert for all of it."""

from typing import TYPE_CHECKING

import structlog

from support.systems.catalog.app.alerts import Alerts
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.model import now
from support.systems.catalog.app.tasks import Tasks
from support.systems.catalog.app.trouble import CacheError

if TYPE_CHECKING:
    from datetime import datetime

KIND = "provider_rejects_key"
log = structlog.get_logger()


class Rejection:
    """The spell is shared by all instances through Redis; without Redis each instance keeps to one alert by itself.

    `since` is when the provider began to reject us wholly; None while it gives us anything.
    """

    def __init__(self, alerts: Alerts, cache: Cache, tasks: Tasks) -> None:
        self._alerts = alerts
        self._cache = cache
        self._tasks = tasks
        self._told = False
        self._perhaps_shared = True
        self.since: datetime | None = None

    def noticed(self, reason: str, *, wholly: bool) -> None:
        """The provider rejected us. The alert goes out beside the refresh, which does not wait for it."""
        self.since = (self.since or now()) if wholly else None
        if not self._told:
            self._told = self._perhaps_shared = True
            self._tasks.start(self._tell(reason))

    def over(self) -> None:
        """The provider accepted us: the next rejection is news again."""
        self.since, self._told = None, False
        if self._perhaps_shared:
            self._tasks.start(self._forget())

    async def _tell(self, reason: str) -> None:
        try:
            ours = await self._cache.claim_alert()
        except CacheError as trouble:
            log.warning("alert.spell_not_shared", reason=str(trouble))
            ours = True
        message = f"The provider rejects our API key ({reason}). Shoppers see older offers until the key is mended."
        if ours and not await self._alerts.send(KIND, message):
            # not delivered: the next refresh that is rejected tries again
            self._told = False
            await self._forget()

    async def _forget(self) -> None:
        try:
            await self._cache.forget_alert()
        except CacheError as trouble:
            log.warning("alert.spell_not_shared", reason=str(trouble))
        else:
            self._perhaps_shared = False
