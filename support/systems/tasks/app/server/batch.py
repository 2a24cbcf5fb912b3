"""Batch sync: a client's changes and the server's, in one exchange."""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import uuid5
from weakref import WeakValueDictionary

from qdrant_client import models

from support.systems.tasks.app.server.batch_changes import OpResult, Portion
from support.systems.tasks.app.server.batch_reading import Op, read_op
from support.systems.tasks.app.server.commands import NAMES, Alter, digest, full_key, key_reused
from support.systems.tasks.app.server.conflicts import ConflictBook
from support.systems.tasks.app.server.core import Intention, StoreUnavailableError, SyncResult
from support.systems.tasks.app.server.numbers import Numbers
from support.systems.tasks.app.server.ownership import Ownership
from support.systems.tasks.app.server.store import Point, Store
from support.systems.tasks.app.server.store_errors import StoreRefusedError
from support.systems.tasks.app.server.task_reader import TaskReader
from support.systems.tasks.app.server.unavailable import told_to_clients
from support.systems.tasks.app.server.writer import Writer

BATCHES = "batches"  # the collection: answers, by the keys of their batches
KEPT_S = 2 * 86_400  # answers
TOGETHER = 500  # changes that are carried out at once: nobody else waits longer than for these


class BatchSync:
    """Repeated after a failure, a batch completes what is left: each change has a key of its own."""

    def __init__(
        self,
        store: Store,
        ownership: Ownership,
        numbers: Numbers,
        reader: TaskReader,
        writer: Writer,
        conflicts: ConflictBook,
    ) -> None:
        self._store = store
        self._ownership = ownership
        self._numbers = numbers
        self._reader = reader
        self._writer = writer
        self._conflicts = conflicts
        self._tidy = False
        self._under_way: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def sync(
        self, repository: str, since: int, changes: Sequence[dict[str, Any]], intention: Intention
    ) -> SyncResult:
        """Raises `TaskError`."""
        if not intention.key:
            return SyncResult(await self._carry_out(repository, since, changes, intention.client_id))
        batch = str(uuid5(NAMES, f"batch {full_key(intention)}"))
        request = digest(repository, since, changes)
        async with self._under_way.setdefault(batch, asyncio.Lock()):
            if earlier := await self._answered(batch, request):
                return SyncResult(earlier, replayed=True)
            body = await self._carry_out(repository, since, changes, intention.client_id)
            with _in_doubt(done=bool(changes)), told_to_clients(self._ownership):
                await self._keep(batch, request, body)
            return SyncResult(body)

    async def _keep(self, batch: str, request: str, body: dict[str, Any]) -> None:
        """And forget, once for each start of the server, the answers that nobody waits for any more. Raises `StoreError`."""
        now = int(time.time())
        kept = {
            "digest": request,
            "at": now,
            "body": json.dumps(body),
        }  # as text: a wrong change may have anything in it
        with suppress(StoreRefusedError):  # too large; repeated, the batch is carried out again, each change once
            await self._store.insert(BATCHES, [Point(batch, kept)])
        if not self._tidy:
            old = models.FieldCondition(key="at", range=models.Range(lt=now - KEPT_S))
            await self._store.remove(BATCHES, models.Filter(must=[old]))
            self._tidy = True

    async def _answered(self, batch: str, request: str) -> dict[str, Any] | None:
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            earlier = (await self._store.read(BATCHES, [batch])).get(batch)
        if earlier is None:
            return None
        if earlier["digest"] != request:
            raise key_reused()
        body: dict[str, Any] = json.loads(earlier["body"])
        return body

    async def _carry_out(
        self, repository: str, since: int, changes: Sequence[dict[str, Any]], client_id: str
    ) -> dict[str, Any]:
        ops = [read_op(change, repository, client_id) for change in changes]
        results: list[OpResult] = []
        lost: set[str] = set()
        for first in range(0, len(ops), TOGETHER):
            with _in_doubt(done=bool(results)):
                portion = ops[first : first + TOGETHER]
                results += await self._portion(repository, client_id, portion, lost)
        with _in_doubt(done=bool(results)), told_to_clients(self._ownership):
            await self._ownership.ensure()
            number = await self._numbers.load(repository)
            changed = await self._reader.changed_since(repository, since)
        ours = {op.key for op in ops if op.key}
        in_conflict = {result.op.task_id for result in results if result.conflict}
        return {
            "repository": repository,
            "number": number,
            "results": [result.to_json() for result in results],
            "changes": [
                payload["task"]
                for payload in changed
                if payload["last_key"] not in ours or payload["task"]["id"] in in_conflict
            ],
        }

    async def _portion(self, repository: str, client_id: str, ops: Sequence[Op], lost: set[str]) -> list[OpResult]:
        """Updates *lost*. Raises `StoreUnavailableError`."""
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            known = await self._conflicts.known([op.key for op in ops if isinstance(op.change, Alter)])
        results = await self._writer.submit(Portion(repository, client_id, ops, known, frozenset(lost)))
        for result in results:
            (lost.discard if result.applied else lost.add)(result.op.task_id)
        new = [
            (result.op.change, result.conflict)
            for result in results
            if result.conflict and isinstance(result.op.change, Alter) and result.op.key not in known
        ]
        with _in_doubt(done=True), told_to_clients(self._ownership):
            kept = await self._conflicts.record(new)
        return [replace(one, conflict=kept[one.op.key]) if one.op.key in kept else one for one in results]


@contextmanager
def _in_doubt(*, done: bool) -> Iterator[None]:
    """If anything has been *done* before, a failure leaves the whole in doubt."""
    try:
        yield
    except StoreUnavailableError as error:
        if not done:
            raise
        raise StoreUnavailableError(error.message, retry_after_s=error.retry_after_s or 1.0, in_doubt=True) from error
