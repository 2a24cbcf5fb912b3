"""Mistakes with the history: rows that are lost, doubled or wrong."""

import asyncio
from collections.abc import Sequence
from typing import Any

from support.systems.assistant.app import history, history_store
from support.systems.assistant.app.events import AttemptEnded, Event
from support.systems.assistant.app.history import History
from support.systems.assistant.app.history_store import HistoryStore, Query, Row
from support.systems.patched_variants import Patch, breaks

_counts = history._Counts
_add, _find, _write = HistoryStore.add, HistoryStore.find, History.write


@breaks("RES-METRIC-6")
def history_in_memory_only(patch: Patch) -> None:
    """The trend begins anew with each restart."""
    kept: list[Row] = []

    async def add(_self: HistoryStore, rows: Sequence[Row]) -> None:
        kept.extend(rows)

    async def find(self: HistoryStore, query: Query) -> list[Row]:
        await _add(self, kept)
        kept.clear()
        return await _find(self, query)

    async def close(_self: HistoryStore) -> None:
        kept.clear()

    patch(HistoryStore, "add", add)
    patch(HistoryStore, "find", find)
    patch(HistoryStore, "close", close)
    patch(history_store, "SCHEMA", f"DROP TABLE IF EXISTS history;{history_store.SCHEMA}")


@breaks("RES-METRIC-6")
def history_counts_requests_without_trouble(patch: Patch) -> None:
    """Only live answers are recorded: every trend looks well."""
    sound = _counts.row

    def row(self: Any, at: float, operation: str) -> Row:
        found = sound(self, at, operation)
        return found._replace(requests=found.live, fallback=0)

    patch(_counts, "row", row)


@breaks("RES-METRIC-6")
def history_of_attempts_as_requests(patch: Patch) -> None:
    """What was repeated counts as several requests."""
    sound = _counts.add_attempt

    def add_attempt(self: Any, attempt: int) -> None:
        sound(self, attempt)
        if attempt > 1:
            self._outcomes["live"] += 1

    patch(_counts, "add_attempt", add_attempt)


@breaks("RES-METRIC-6")
def history_forgets_what_comes_while_it_writes(patch: Patch) -> None:
    """The counts are set to zero after they have been written, and what was counted meanwhile is lost."""

    async def write(self: History) -> None:
        counts = self._counts
        if counts:
            at = self._clock()
            await self._store.add([one.row(at, operation) for operation, one in counts.items()])
            await asyncio.sleep(0.02)
        self._counts = {}

    patch(History, "write", write)


@breaks("RES-METRIC-6")
def history_ends_before_the_end(patch: Patch) -> None:
    """What was not recorded yet when the service is stopped is never recorded."""

    async def close(self: History) -> None:
        await self._store.close()

    patch(History, "close", close)


@breaks("RES-METRIC-6")
def history_steps_show_the_last_row(patch: Patch) -> None:
    """Long steps show one row of each, instead of their sum."""
    patch(history_store, "SUMS", history_store.SUMS.replace("sum(requests), sum(live)", "max(requests), max(live)"))


@breaks("RES-METRIC-6")
def history_does_not_add_up_steps(patch: Patch) -> None:
    """The step is accepted, and all rows are told as they are."""

    async def find(self: HistoryStore, query: Query) -> list[Row]:
        return await _find(self, query._replace(step_s=0.0))

    patch(HistoryStore, "find", find)


@breaks("RES-METRIC-6")
def history_of_any_operation(patch: Patch) -> None:
    """Whatever operation is asked for, all are told."""

    async def find(self: HistoryStore, query: Query) -> list[Row]:
        return await _find(self, query._replace(operation=""))

    patch(HistoryStore, "find", find)


@breaks("RES-METRIC-6")
def history_since_ever(patch: Patch) -> None:
    """The beginning that is asked for is not looked at."""

    async def find(self: HistoryStore, query: Query) -> list[Row]:
        return await _find(self, query._replace(since=0.0))

    patch(HistoryStore, "find", find)


@breaks("RES-METRIC-6")
def history_gives_milliseconds(patch: Patch) -> None:
    """The times of the rows are in milliseconds under names that say seconds."""
    sound = _counts.row

    def row(self: Any, at: float, operation: str) -> Row:
        found = sound(self, at, operation)
        return found._replace(p50_s=found.p50_s * 1000, p95_s=found.p95_s * 1000)

    patch(_counts, "row", row)


@breaks("RES-METRIC-6")
def history_without_retries(patch: Patch) -> None:
    """Attempts after the first are not recorded."""
    sound = History.__call__

    def observe(self: History, event: Event) -> None:
        if not (isinstance(event, AttemptEnded) and event.attempt > 1):
            sound(self, event)

    patch(History, "__call__", observe)
