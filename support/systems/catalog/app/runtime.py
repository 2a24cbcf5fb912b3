"""All objects of the running service. A reload discards them and builds new ones; building them opens no connection."""

import asyncio
from contextlib import suppress
from functools import partial

from support.systems.catalog.app.alerts import Alerts
from support.systems.catalog.app.backup import Backup
from support.systems.catalog.app.cache import Cache
from support.systems.catalog.app.cooldown import Cooldown
from support.systems.catalog.app.database import Database
from support.systems.catalog.app.fallback import Fallback
from support.systems.catalog.app.health import HealthCheck
from support.systems.catalog.app.metrics import Metrics
from support.systems.catalog.app.model import now
from support.systems.catalog.app.parts import Parts
from support.systems.catalog.app.provider import Provider
from support.systems.catalog.app.provider_contact import ProviderContact
from support.systems.catalog.app.publishing import Publisher
from support.systems.catalog.app.refresh import Refresh, RefreshDependencies
from support.systems.catalog.app.rejection import KeyRejection
from support.systems.catalog.app.service import CatalogService
from support.systems.catalog.app.settings import Settings
from support.systems.catalog.app.tasks import Tasks

TASKS_WITHIN_S = 0.2
CLIENTS_WITHIN_S = 0.1
SAVE_AGAIN_AT_MOST_S = 5.0


class Runtime:
    """Clients, state and background tasks. The web layer uses `service`, `health` and `metrics`."""

    def __init__(self, settings: Settings) -> None:
        self.started_at = now()
        self.settings = settings
        self.metrics = Metrics()
        self._tasks = Tasks()
        self._cache = Cache(settings)
        self._database = Database(settings)
        self._alerts = Alerts(settings.alert_url, self.metrics)
        cooldown = Cooldown(settings.recheck_after_s)
        self._provider = Provider(settings, cooldown, self.metrics)
        backup, parts = Backup(settings.backup_file), Parts()
        fallback = Fallback(self._cache, backup, parts)
        rejection = KeyRejection(self._alerts, self._cache, self._tasks)
        retry_after_s = min(settings.recheck_after_s, SAVE_AGAIN_AT_MOST_S)
        kept_here = backup if settings.keep_backup else None
        publisher = Publisher(self._database, self._cache, kept_here, self._tasks, retry_after_s)
        contact = ProviderContact(parts, rejection, cooldown, self._cache)
        deps = RefreshDependencies(
            self._provider, cooldown, self._cache, publisher, fallback, rejection, parts, contact
        )

        self.service = CatalogService(
            settings, partial(Refresh, deps, settings), fallback, rejection, cooldown, self._tasks, self.metrics
        )
        self.health = HealthCheck(self.service, parts, cooldown, self._cache, self._database, backup)

    def start(self) -> None:
        """Start the background tasks; needs a running event loop."""
        self.service.start_schedule()

    async def close(self) -> None:
        """Cancel the tasks and close the clients; takes a third of a second at most, even if something hangs."""
        await self._tasks.cancel(TASKS_WITHIN_S)
        self._database.cut()
        with suppress(TimeoutError):
            async with asyncio.timeout(CLIENTS_WITHIN_S):
                await asyncio.gather(
                    self._provider.close(), self._alerts.close(), self._cache.close(), return_exceptions=True
                )
