"""Reading tasks from the store: by their ids, by pages, and by what has changed."""

from collections.abc import Collection, Iterable
from typing import Any

from qdrant_client import models

from support.systems.tasks.app.server.model import Event, Status, Task
from support.systems.tasks.app.server.ownership import Ownership
from support.systems.tasks.app.server.records import TASKS, TOMBSTONE, Record, to_record, to_task
from support.systems.tasks.app.server.store import Payload, Store

OLDEST_FIRST = models.OrderBy(key="created", direction=models.Direction.ASC)


class TaskReader:
    """All methods raise `StoreError`, and `SupersededError`."""

    def __init__(self, store: Store, ownership: Ownership) -> None:
        self._store = store
        self._ownership = ownership

    async def records(self, ids: Collection[str], keys: Collection[str]) -> list[Record]:
        """Those with these *ids*, and those for which any of the *keys* has been used."""
        await self._ownership.ensure()
        if keys:
            with_ids = models.HasIdCondition(has_id=list(ids))
            with_keys = models.FieldCondition(key="keys", match=models.MatchAny(any=list(keys)))
            either = models.Filter(should=[with_ids, with_keys])
            found: Iterable[Payload] = await self._store.find(TASKS, either, limit=len(ids) + len(keys) + 1)
        elif ids:
            found = (await self._store.read(TASKS, list(ids))).values()
        else:
            found = ()
        return [to_record(payload) for payload in self._valid(found)]

    async def task(self, task_id: str) -> Task | None:
        """A tombstone, too."""
        payload = await self._payload(task_id, "task")
        return to_task(payload) if payload else None

    async def page(self, repository: str, status: Status | None, limit: int, after: int) -> list[Task]:
        """The oldest tasks, tombstones left out, that were created after the number *after*."""
        must = [*self._in(repository), models.FieldCondition(key="created", range=models.Range(gt=after))]
        if status:
            must.append(models.FieldCondition(key="status", match=models.MatchValue(value=status.value)))
        deleted = models.FieldCondition(key="status", match=models.MatchValue(value=TOMBSTONE))
        chosen = models.Filter(must=must, must_not=[deleted])
        found = await self._store.find(TASKS, chosen, limit, ["task", "epoch"], OLDEST_FIRST)
        return [to_task(payload) for payload in self._valid(found)]

    async def created(self, task_id: str, repository: str) -> int | None:
        """The number of the creation of a task of the *repository*."""
        payload = await self._payload(task_id, "created", "repository")
        return int(payload["created"]) if payload and payload["repository"] == repository else None

    async def changed_since(self, repository: str, since: int) -> list[Payload]:
        """`task`, `number` and `last_key` of every task that has changed since, in the order of these changes."""
        found = await self._since(repository, since, ["task", "number", "last_key", "epoch"])
        return sorted(found, key=lambda payload: int(payload["number"]))

    async def events(self, repository: str, since: int, until: int) -> tuple[list[Event], bool]:
        """In the order of their numbers; and whether all of them are still kept."""
        found = await self._since(repository, since, None)
        records = [to_record(payload) for payload in found]
        events = [event for record in records for event in record.events(since, until)]
        return sorted(events, key=lambda event: event.number), all(record.dropped <= since for record in records)

    async def _since(self, repository: str, since: int, fields: list[str] | None) -> list[Payload]:
        later = models.FieldCondition(key="number", range=models.Range(gt=since))
        chosen = models.Filter(must=[*self._in(repository), later])
        return self._valid(await self._store.find_all(TASKS, chosen, fields))

    async def _payload(self, task_id: str, *fields: str) -> dict[str, Any] | None:
        found = await self._store.read(TASKS, [task_id], [*fields, "epoch"])
        valid = self._valid(found.values())
        return valid[0] if valid else None

    def _in(self, repository: str) -> list[models.Condition]:
        return [
            models.FieldCondition(key="repository", match=models.MatchValue(value=repository)),
            models.FieldCondition(key="epoch", range=models.Range(gte=self._ownership.epoch)),
        ]

    def _valid(self, found: Iterable[Payload]) -> list[Payload]:
        """Without what a former owner of the store has left too late."""
        valid = [payload for payload in found if payload.get("epoch", 0) >= self._ownership.epoch]
        for payload in valid:
            self._ownership.check(payload["epoch"])
        return valid
