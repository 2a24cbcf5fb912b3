"""The alerts: what is active and recent, its delivery, and the file that keeps both over restarts."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec
import structlog

from support.systems.assistant.app.alert import Alert, AlertState
from support.systems.assistant.app.alert_book import AlertBook, Subject
from support.systems.assistant.app.alert_delivery import AlertDelivery
from support.systems.assistant.app.durable_file import replace_durably
from support.systems.assistant.app.metrics import Metrics

log = structlog.get_logger()


class _Saved(msgspec.Struct):
    active: list[tuple[Subject, Alert]]
    recent: list[Alert]
    waiting: list[Alert]


class Alerts:
    """Keeps `alerts.json` in *folder*. An unreadable file is told in the log, and replaced."""

    def __init__(self, folder: Path, url: str, metrics: Metrics) -> None:
        self._file = folder / "alerts.json"
        self._metrics = metrics
        self._changed = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "alerts")  # one, so that what is written last is newest
        self._delivery = AlertDelivery(url, self._changed.set)
        self.book = AlertBook(self._announce)
        self._restore()

    def listing(self) -> dict[str, Any]:
        """Newest last."""
        return {"active": list(self.book.active.values()), "recent": list(self.book.recent)}

    async def run(self) -> None:
        """Deliver and save until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._delivery.run())
            tasks.create_task(self._save_changes())

    async def close(self) -> None:
        await self._delivery.close()
        if self._changed.is_set():
            await self._save()
        self._thread.shutdown(wait=False)

    def _announce(self, alert: Alert) -> None:
        level = log.error if alert.state is AlertState.RAISED else log.info
        level("alert", **asdict(alert))
        self._metrics.count_alert(alert.kind, alert.state)
        self._delivery.put(alert)
        self._changed.set()

    async def _save_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            try:
                await self._save()
            except asyncio.CancelledError:
                self._changed.set()  # it may not have been written
                raise
            except Exception:  # whatever it was: later alerts are delivered and saved
                log.exception("alerts.not_saved")

    async def _save(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write, self._snapshot())

    def _snapshot(self) -> bytes:
        saved = _Saved(list(self.book.active.items()), list(self.book.recent), list(self._delivery.waiting))
        return msgspec.json.encode(saved)

    def _write(self, content: bytes) -> None:
        try:
            replace_durably(self._file, content)
        except OSError as error:
            log.error("alerts.not_saved", reason=str(error))  # noqa: TRY400 - the reason suffices

    def _restore(self) -> None:
        try:
            saved = msgspec.json.decode(self._file.read_bytes(), type=_Saved)
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as error:
            log.error("alerts.unreadable", reason=str(error))  # noqa: TRY400 - the reason suffices
            return
        self.book.restore(saved.active, saved.recent)
        for alert in saved.waiting:
            self._delivery.put(alert)
