"""The history: what became of the requests of each operation, in rows that are added at intervals and kept over restarts."""

import time
from collections.abc import Callable
from pathlib import Path

from support.systems.assistant.app.events import AttemptEnded, Event, RequestEnded
from support.systems.assistant.app.history_store import HistoryStore, Query, Row
from support.systems.assistant.app.model import Source
from support.systems.assistant.app.window import nearest_rank

MOST_TIMES = 20_000  # of an operation, between two rows


class History:
    """Observes all events; `write` is called at intervals and at the end. *clock* gives unix seconds."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._store = HistoryStore(folder / "history.sqlite")
        self._clock = clock
        self._counts: dict[str, _Counts] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RequestEnded(work=work):
                self._of(work.operation).add_request(event)
            case AttemptEnded(work=work, attempt=attempt):
                self._of(work.operation).add_attempt(attempt)
            case _:
                pass

    def _of(self, operation: str) -> "_Counts":
        if (counts := self._counts.get(operation)) is None:
            counts = self._counts[operation] = _Counts()
        return counts

    async def write(self) -> None:
        """Add a row for each operation that had traffic since the last time."""
        counts, self._counts = self._counts, {}
        if counts:
            at = self._clock()
            await self._store.add([one.row(at, operation) for operation, one in counts.items()])

    async def find(self, query: Query) -> list[Row]:
        """The rows, oldest first. Raises `HistoryError`."""
        return await self._store.find(query)

    async def close(self) -> None:
        await self.write()
        await self._store.close()


class _Counts:
    """Of one operation, since the last row."""

    def __init__(self) -> None:
        self._outcomes = dict.fromkeys((*Source, "rejected"), 0)
        self._attempts = self._retries = 0
        self._times: list[float] = []

    def add_request(self, event: RequestEnded) -> None:
        self._outcomes[event.source or "rejected"] += 1
        if len(self._times) < MOST_TIMES:
            self._times.append(event.took_s)

    def add_attempt(self, attempt: int) -> None:
        self._attempts += 1
        self._retries += attempt > 1

    def row(self, at: float, operation: str) -> Row:
        p50_s, p95_s = (nearest_rank(self._times, percent) for percent in (50, 95))
        live, cached, fallback, rejected = self._outcomes.values()
        requests = live + cached + fallback + rejected
        return Row(
            at, operation, requests, live, cached, fallback, rejected, self._attempts, self._retries, p50_s, p95_s
        )
