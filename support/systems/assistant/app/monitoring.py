"""Everything that counts, records and alerts, in one object, which observes all events."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from support.systems.assistant.app.alert_rules import AlertRules
from support.systems.assistant.app.alerts import Alerts
from support.systems.assistant.app.benchmarks import Benchmark, Benchmarks, Result
from support.systems.assistant.app.events import Event
from support.systems.assistant.app.history import History
from support.systems.assistant.app.metrics import Metrics
from support.systems.assistant.app.model import BreakerState, Effective
from support.systems.assistant.app.tasks import Tasks

CLOSE_WITHIN_S = 0.5
log = structlog.get_logger()

States = Callable[[], Awaitable[Mapping[str, BreakerState]]]


class Monitoring:
    """*folder* keeps what survives a restart; *states* tells each breaker's state as of now; *every_s* is between two rows."""

    def __init__(
        self,
        folder: Path,
        alert_url: str,
        every_s: float,
        effective: Effective,
        states: States,
        benchmarks: list[Benchmark],
    ) -> None:
        self._every_s = every_s
        self._states = states
        self._tasks = Tasks()
        self.metrics = Metrics(effective.operations)
        self.alerts = Alerts(folder, alert_url, self.metrics)
        self.history = History(folder)
        self._rules = AlertRules(self.alerts.book, effective.alerts)
        self.benchmarks = Benchmarks(benchmarks, folder)

    def __call__(self, event: Event) -> None:
        self.metrics(event)
        self.history(event)
        self._rules(event)

    def start(self) -> None:
        """Needs a running event loop."""
        self._tasks.start(self.alerts.run())
        self._tasks.start(self._compare())

    async def close(self) -> None:
        """Write what is not written yet, as far as the disk allows in CLOSE_WITHIN_S."""
        await self._tasks.cancel(CLOSE_WITHIN_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await asyncio.gather(self.history.close(), self.alerts.close(), return_exceptions=True)

    async def exposition(self) -> bytes:
        """The page of metrics."""
        return await asyncio.to_thread(self.metrics.exposition, await self._states())

    async def run_benchmarks(self, names: Iterable[str] = ()) -> list[Result]:
        """Those with these names, or all; alerts are raised and cleared by the results. Raises `RunningError`."""
        results = await self.benchmarks.run(names or self.benchmarks.names, self._rules.settings.regression_times)
        self._rules.judge(results)
        return results

    async def _compare(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                raised_before = self._rules.of_breakers()
                self._rules.compare(await self._states(), raised_before)
                await self.history.write()
            except Exception:  # whatever it was: alerts and history go on
                log.exception("monitoring.failed")
