"""What the server does with tasks: implements `Core` on the store."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from support.systems.tasks.app.server.batch import BatchSync
from support.systems.tasks.app.server.commands import Alter, Create, full_key, is_id, not_found
from support.systems.tasks.app.server.conflicts import ConflictBook
from support.systems.tasks.app.server.core import Intention, Outcome, StoreStatus, SyncResult, TaskError, TaskPage
from support.systems.tasks.app.server.events import LiveFeed, Subscribers
from support.systems.tasks.app.server.model import Conflict, Event, Fields, NewTask, Status, Task
from support.systems.tasks.app.server.numbers import Numbers
from support.systems.tasks.app.server.observing import Observer
from support.systems.tasks.app.server.ownership import Ownership
from support.systems.tasks.app.server.settings import Settings
from support.systems.tasks.app.server.store import CALLS, Store
from support.systems.tasks.app.server.store_breaker import StoreBreaker
from support.systems.tasks.app.server.task_reader import TaskReader
from support.systems.tasks.app.server.unavailable import told_to_clients
from support.systems.tasks.app.server.writer import Writer

__all__ = ["CALLS", "TaskService", "open_service"]


class TaskService:
    """Building it opens no connection; `start` has the store taken over, or else the first request that needs it."""

    def __init__(self, settings: Settings, observe: Observer) -> None:
        breaker = StoreBreaker(settings.breaker_failures, settings.breaker_open_s, settings.breaker_probes, observe)
        self._store = Store(settings.store_url, settings.store_timeout_s, breaker, observe)
        self._subscribers = Subscribers(settings.queue, observe)
        self._ownership = Ownership(self._store, self._subscribers.end_all)
        self._numbers = Numbers(self._store)
        self._reader = TaskReader(self._store, self._ownership)
        self._writer = Writer(
            self._store, self._ownership, self._numbers, self._reader, self._subscribers.publish, observe
        )
        self._conflicts = ConflictBook(self._store, observe)
        self._batches = BatchSync(
            self._store, self._ownership, self._numbers, self._reader, self._writer, self._conflicts
        )

    def start(self) -> None:
        self._ownership.begin()

    def status(self) -> StoreStatus:
        breaker = self._store.breaker
        store = {None: "unknown", True: "up", False: "down"}[self._store.answers]
        return StoreStatus(store, breaker.state, breaker.failures, breaker.retry_after_s)

    async def create(self, new: NewTask, intention: Intention) -> Outcome:
        return await self._writer.submit(Create.by(new, intention))

    async def get(self, task_id: str) -> Task:
        task = await self._task(task_id)
        if task is None or task.deleted:
            raise not_found()
        return task

    async def list(self, repository: str, status: Status | None, limit: int, after: str | None) -> TaskPage:
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            number = await self._numbers.load(repository)
            first_after = 0
            if after is not None:
                created = await self._reader.created(after, repository) if is_id(after) else None
                if created is None:
                    wrong = {"field": "after", "message": "the id of a task of this repository"}
                    raise TaskError(422, "invalid_request", "The request is not valid.", errors=[wrong])
                first_after = created
            tasks = await self._reader.page(repository, status, limit + 1, first_after)
        return TaskPage(tasks[:limit], tasks[limit - 1].id if len(tasks) > limit else None, number)

    async def update(self, task_id: str, base_version: int, fields: Fields, intention: Intention) -> Outcome:
        return await self._alter(task_id, base_version, fields, intention)

    async def delete(self, task_id: str, base_version: int, intention: Intention) -> Outcome:
        return await self._alter(task_id, base_version, None, intention)

    async def sync(
        self, repository: str, since: int, changes: Sequence[dict[str, Any]], intention: Intention
    ) -> SyncResult:
        return await self._batches.sync(repository, since, changes, intention)

    async def conflicts(self, repository: str) -> Sequence[Conflict]:
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            return await self._conflicts.of(repository)

    async def events(self, repository: str, since: int, limit: int) -> tuple[Sequence[Event], int]:
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            number = await self._numbers.load(repository)
            events, _ = await self._reader.events(repository, since, number)
        return events[:limit], number

    async def subscribe(self, repository: str, since: int | None) -> LiveFeed:
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            await self._numbers.load(repository)
        feed = self._subscribers.join(repository, self._numbers.last(repository))
        if since is not None:
            try:
                await self._replay(feed, since)
            except BaseException:
                await feed.close()
                raise
        return feed

    async def close(self) -> None:
        """Requests in progress are to be over; what is still under way is left in doubt."""
        await self._writer.close()
        await self._ownership.close()
        await self._store.close()

    async def _replay(self, feed: LiveFeed, since: int) -> None:
        with told_to_clients(self._ownership):
            events, complete = await self._reader.events(feed.repository, since, feed.number)
        if complete and since <= feed.number:
            feed.replay(events)
        else:
            feed.resync = True

    async def _task(self, task_id: str) -> Task | None:
        if not is_id(task_id):
            return None
        with told_to_clients(self._ownership):
            await self._ownership.ensure()
            return await self._reader.task(task_id)

    async def _alter(self, task_id: str, base_version: int, fields: Fields | None, intention: Intention) -> Outcome:
        if not is_id(task_id):
            raise not_found()
        return await self._writer.submit(Alter(task_id, base_version, fields, full_key(intention)))


@asynccontextmanager
async def open_service(settings: Settings, observe: Observer) -> AsyncIterator[TaskService]:
    service = TaskService(settings, observe)
    service.start()
    try:
        yield service
    finally:
        await service.close()
