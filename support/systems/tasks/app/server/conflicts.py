"""Conflicts of batch sync: when there is one, and the records of them, which are kept in the store."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any
from uuid import uuid5

from qdrant_client import models

from support.systems.tasks.app.server.commands import NAMES, Alter
from support.systems.tasks.app.server.model import Conflict, ConflictKind, Task
from support.systems.tasks.app.server.observing import ConflictRecorded, Observer
from support.systems.tasks.app.server.store import Point, Store

CONFLICTS = "conflicts"  # the collection


def clash(task: Task, change: Alter, *, built_on_lost: bool) -> ConflictKind | None:
    """What keeps *change* from being applied to *task*; *built_on_lost* if the one before it in the batch was not applied."""
    edits, base = change.fields is not None, change.base_version
    if not edits and task.deleted:
        return None
    changed_since = ConflictKind.EDIT_EDIT if edits else ConflictKind.DELETE_EDIT
    if built_on_lost:
        return ConflictKind.EDIT_DELETE if task.deleted else changed_since
    if base > task.version:
        return ConflictKind.STALE_VERSION
    if task.deleted:
        return ConflictKind.EDIT_DELETE
    return None if base == task.version or changes_nothing(task, change) else changed_since


def changes_nothing(task: Task, change: Alter) -> bool:
    if change.fields is None:
        return task.deleted
    wanted = change.fields.model_dump(exclude_none=True)
    return not task.deleted and all(getattr(task, name) == value for name, value in wanted.items())


def lost_by(change: Alter) -> dict[str, Any]:
    """The content that a conflict keeps of a change."""
    return change.fields.model_dump(mode="json", exclude_none=True) if change.fields else {"deleted": True}


class ConflictBook:
    """One record for each key, so that a batch may be repeated. All methods raise `StoreError`."""

    def __init__(self, store: Store, observe: Observer) -> None:
        self._store = store
        self._observe = observe
        self._recording = asyncio.Lock()

    async def known(self, keys: Collection[str]) -> dict[str, tuple[str, Conflict]]:
        """The digest of the request and the record, by key, of those that are recorded."""
        if not keys:
            return {}
        found = await self._store.read(CONFLICTS, [conflict_id(key) for key in keys])
        return {
            payload["key"]: (payload["digest"], Conflict.model_validate(payload["conflict"]))
            for payload in found.values()
        }

    async def record(self, new: Sequence[tuple[Alter, Conflict]]) -> dict[str, Conflict]:
        """The records as they are kept, by key: those of the same batch that came at the same time may have been first."""
        if not new:
            return {}
        async with self._recording:
            known = await self.known([change.key for change, _ in new])
            missing = [(change, conflict) for change, conflict in new if change.key not in known]
            if missing:
                await self._store.insert(CONFLICTS, [_point(change, conflict) for change, conflict in missing])
        for _, conflict in missing:
            self._observe(ConflictRecorded(conflict.repository, conflict.task_id, conflict.kind))
        kept = {key: conflict for key, (_, conflict) in known.items()}
        return kept | {change.key: conflict for change, conflict in missing}

    async def of(self, repository: str) -> list[Conflict]:
        """The oldest first."""
        of_it = models.FieldCondition(key="repository", match=models.MatchValue(value=repository))
        found = await self._store.find_all(CONFLICTS, models.Filter(must=[of_it]))
        conflicts = [Conflict.model_validate(payload["conflict"]) for payload in found]
        return sorted(conflicts, key=lambda conflict: (conflict.at, conflict.id))


def _point(change: Alter, conflict: Conflict) -> Point:
    told = {"key": change.key, "digest": change.digest, "conflict": conflict.model_dump(mode="json")}
    return Point(conflict.id, {"repository": conflict.repository, **told})


def conflict_id(key: str) -> str:
    return str(uuid5(NAMES, f"conflict of {key}"))
