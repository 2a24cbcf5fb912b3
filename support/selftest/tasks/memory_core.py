"""A core that keeps tasks in memory: the protocols are tested on it, without a store. It can be told to fail."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime

from support.systems.tasks.app.server.core import Outcome, StoreStatus, SyncResult, TaskError, TaskPage, TooSlowError
from support.systems.tasks.app.server.model import Conflict, ConflictKind, Event, EventKind, Task
from support.systems.tasks.app.server.observing import BreakerState


class MemoryFeed:
    def __init__(self, repository, number, missed, resync, most):
        self.repository, self.number, self.resync, self._most = repository, number, resync, most
        self._waiting = asyncio.Queue()
        self._full = asyncio.Event()
        self.ended = asyncio.Event()
        for event in missed:
            self._waiting.put_nowait(event)

    def put(self, event):
        if self._waiting.qsize() >= self._most:
            self._full.set()
        self._waiting.put_nowait(event)

    async def __aiter__(self):
        while True:
            if self._full.is_set():
                raise TooSlowError
            yield await self._waiting.get()

    async def overflow(self):
        await self._full.wait()

    async def close(self):
        self.ended.set()


class MemoryCore:
    """*failure* is raised by every call; *gate* is awaited by every call, if there is one."""

    def __init__(self, queue=256):
        self._tasks = {}
        self._answers = {}
        self._events = defaultdict(list)
        self._conflicts = defaultdict(list)
        self._queue = queue
        self.feeds = []
        self.failure = None
        self.gate = None
        self.store_status = StoreStatus("up", BreakerState.CLOSED, 0, None)

    def status(self):
        return self.store_status

    async def _work(self):
        if self.gate:
            await self.gate.wait()
        if self.failure:
            raise self.failure

    def _publish(self, kind, task):
        events = self._events[task.repository]
        events.append(Event(repository=task.repository, number=len(events) + 1, kind=kind, task=task))
        self._tasks[task.id] = task
        for feed in self.feeds:
            if feed.repository == task.repository and not feed.ended.is_set():
                feed.put(events[-1])
        return task

    async def create(self, new, intention):
        await self._work()
        if intention.key in self._answers:
            asked, task = self._answers[intention.key]
            if asked != new:
                raise TaskError(422, "key_reused", "The key belongs to another request.")
            return Outcome(task, replayed=True)
        now = datetime.now(UTC)
        fields = new.model_dump()
        task = Task(id=f"t{len(self._tasks) + 1}", version=1, created_at=now, updated_at=now, **fields)
        if intention.key:
            self._answers[intention.key] = new, task
        return Outcome(self._publish(EventKind.CREATED, task))

    async def get(self, task_id):
        await self._work()
        task = self._tasks.get(task_id)
        if task is None or task.deleted:
            raise TaskError(404, "not_found", "There is no such task.")
        return task

    async def list(self, repository, status, limit, after):
        await self._work()
        found = [one for one in self._tasks.values() if one.repository == repository and not one.deleted]
        found = [one for one in found if status in (None, one.status) and (after is None or one.id > after)]
        following = found[limit - 1].id if len(found) > limit else None
        return TaskPage(found[:limit], following, len(self._events[repository]))

    def _based(self, task_id, base_version):
        task = self._tasks.get(task_id)
        if task is None:
            raise TaskError(404, "not_found", "There is no such task.")
        if task.version != base_version:
            raise TaskError(412, "stale_version", "The task has changed since.", current=task)
        return task

    async def update(self, task_id, base_version, fields, intention):
        await self._work()
        task = self._based(task_id, base_version)
        change = {"version": base_version + 1, **fields.model_dump(exclude_none=True)}
        return Outcome(self._publish(EventKind.UPDATED, task.model_copy(update=change)))

    async def delete(self, task_id, base_version, intention):
        await self._work()
        task = self._based(task_id, base_version)
        change = {"version": base_version + 1, "deleted": True}
        return Outcome(self._publish(EventKind.DELETED, task.model_copy(update=change)))

    async def sync(self, repository, since, changes, intention):
        await self._work()
        events = self._events[repository]
        body = {
            "repository": repository,
            "number": len(events),
            "results": [],
            "changes": [one.task.model_dump(mode="json") for one in events[since:]],
        }
        return SyncResult(body)

    def clash(self, task, op_id="a1"):
        self._conflicts[task.repository].append(
            Conflict(
                id="c1",
                repository=task.repository,
                task_id=task.id,
                kind=ConflictKind.EDIT_EDIT,
                op_id=op_id,
                client_id="ana",
                base_version=1,
                kept=task,
                lost={"status": "done"},
                at=datetime.now(UTC),
            )
        )

    async def conflicts(self, repository):
        await self._work()
        return self._conflicts[repository]

    async def events(self, repository, since, limit):
        await self._work()
        events = self._events[repository]
        return events[since : since + limit], len(events)

    async def subscribe(self, repository, since):
        await self._work()
        events = self._events[repository]
        missed = [] if since is None else events[since:]
        feed = MemoryFeed(repository, len(events), missed, resync=False, most=self._queue)
        self.feeds.append(feed)
        return feed
