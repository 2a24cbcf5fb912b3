"""The one task that changes the store. It carries out together what has come together: one read, one write, one look at what of it
has taken effect. A write whose answer was lost is sent again, the same, until that is certain; nothing else is written before."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from support.systems.tasks.app.server.commands import Command
from support.systems.tasks.app.server.committing import Commit
from support.systems.tasks.app.server.core import StoreUnavailableError, TaskError
from support.systems.tasks.app.server.model import Event
from support.systems.tasks.app.server.numbers import Numbers
from support.systems.tasks.app.server.observing import EventPublished, Observer, WriteInDoubt, WriteMadeCertain
from support.systems.tasks.app.server.ownership import Ownership, SupersededError
from support.systems.tasks.app.server.store import Store
from support.systems.tasks.app.server.store_errors import StoreError
from support.systems.tasks.app.server.task_reader import TaskReader
from support.systems.tasks.app.server.unavailable import superseded, told_to_clients, unavailable
from support.systems.tasks.app.server.workspace import Workspace

Result = TypeVar("Result")

MOST_TOGETHER = 500  # ids of one group
MOST_TRIES = 3  # of a command, on records that were changed meanwhile
WAIT_TIMEOUTS = 2  # how long a command may wait for its turn, in time-outs of the store
log = structlog.get_logger()


@dataclass(slots=True, eq=False)
class _Job:
    command: Command[Any]
    answer: asyncio.Future[Any]
    begun: bool = False
    tries: int = 0
    result: Any = None
    touched: set[str] = field(default_factory=set)

    def succeed(self) -> None:
        if not self.answer.done():
            if isinstance(self.result, TaskError):
                self.answer.set_exception(self.result)
            else:
                self.answer.set_result(self.result)

    def fail(self, error: Exception) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


class Writer:
    """*publish* is called with each event, in order, once the store has confirmed it."""

    def __init__(
        self,
        store: Store,
        ownership: Ownership,
        numbers: Numbers,
        reader: TaskReader,
        publish: Callable[[Event], None],
        observe: Observer,
    ) -> None:
        self._store = store
        self._ownership = ownership
        self._numbers = numbers
        self._reader = reader
        self._publish = publish
        self._observe = observe
        self._waiting: deque[_Job] = deque()
        self._under_way: Sequence[_Job] = ()
        self._called = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def submit(self, command: Command[Result]) -> Result:
        """The result of *command* once it has taken effect. Raises what `apply` raises, and `StoreUnavailableError`."""
        if (retry_after_s := self._store.breaker.retry_after_s) is not None:
            raise StoreUnavailableError("The store does not answer.", retry_after_s=retry_after_s)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), context=Context())  # it is of no request
        job = _Job(command, asyncio.get_running_loop().create_future())
        job.answer.add_done_callback(_seen)
        self._waiting.append(job)
        self._called.set()
        await asyncio.wait([job.answer], timeout=WAIT_TIMEOUTS * self._store.timeout_s)
        if not job.answer.done() and not job.begun:
            self._waiting.remove(job)
            raise unavailable(StoreError("turn"))
        result: Result = await asyncio.shield(job.answer)
        return result

    async def close(self) -> None:
        """What is under way is left in doubt."""
        if self._task:
            self._task.cancel()
            await asyncio.wait([self._task])
        for job in self._under_way:
            job.fail(unavailable(StoreError("closed"), in_doubt=True))
        self._refuse_waiting(StoreError("closed"))

    async def _run(self) -> None:
        while True:
            await self._called.wait()
            self._under_way = jobs = self._next_group()
            try:
                with told_to_clients(self._ownership):
                    await self._carry_out(jobs)
            except StoreUnavailableError as error:
                _fail(jobs, error)
            except Exception as error:
                log.exception("writer.failed")
                _fail(jobs, error)
            self._under_way = ()

    def _next_group(self) -> list[_Job]:
        jobs: list[_Job] = []
        room = MOST_TOGETHER
        while self._waiting and (not jobs or room >= _size(self._waiting[0])):
            job = self._waiting.popleft()
            job.begun = True
            room -= _size(job)
            jobs.append(job)
        if not self._waiting:
            self._called.clear()
        return jobs

    async def _carry_out(self, jobs: Sequence[_Job]) -> None:
        """Raises `StoreError` and `SupersededError` if nothing has been, or will be, done for those that have no answer yet."""
        while jobs:
            work = await self._prepare(jobs)
            _apply(jobs, work)
            missed = await self._commit(jobs, work) if work.changed else set()
            again = [job for job in jobs if job.touched & missed]
            for job in jobs:
                if job not in again:
                    job.succeed()
            jobs = [job for job in again if job.tries < MOST_TRIES and not job.answer.done()]
            _fail([job for job in again if job not in jobs], unavailable(StoreError("contention")))

    async def _prepare(self, jobs: Sequence[_Job]) -> Workspace:
        ids = {task_id for job in jobs for task_id in job.command.ids}
        keys = {key for job in jobs for key in job.command.keys}
        await self._ownership.ensure()
        records = await self._reader.records(ids, keys)
        new = {job.command.repository for job in jobs if job.command.repository is not None}
        for repository in new | {record.task.repository for record in records}:
            await self._numbers.load(repository)
        return Workspace(records, self._numbers.give)

    async def _commit(self, jobs: Sequence[_Job], work: Workspace) -> set[str]:
        """The ids of the tasks that were not changed, as another change came first."""
        changed = work.changed
        commit = Commit(self._store, self._ownership, changed, work.tokens)

        def in_doubt(error: StoreError) -> None:
            for record in changed:
                self._observe(WriteInDoubt(record.task.repository, record.task.id))
            _fail(jobs, unavailable(error, in_doubt=True))

        def not_permitted(error: StoreError) -> None:
            self._refuse_waiting(error)

        try:
            applied = await commit.made_certain(in_doubt, not_permitted)
        except SupersededError:
            _fail(jobs, superseded(in_doubt=True))
            raise
        self._confirm([event for event in work.events if event.task.id in applied])
        if commit.was_in_doubt:
            for record in changed:
                certain = WriteMadeCertain(record.task.repository, record.task.id, record.task.id in applied)
                self._observe(certain)
        return {record.task.id for record in changed} - applied

    def _confirm(self, events: Sequence[Event]) -> None:
        """In one go: a subscriber finds an event either in the store, or hears it."""
        for event in events:
            self._numbers.confirm(event.repository, event.number)
            self._publish(event)
            self._observe(EventPublished(event.repository, event.number))

    def _refuse_waiting(self, error: StoreError) -> None:
        _fail(self._waiting, unavailable(error))
        self._waiting.clear()
        self._called.clear()


def _apply(jobs: Sequence[_Job], work: Workspace) -> None:
    for job in jobs:
        job.tries += 1
        used = (work.used(key) for key in job.command.keys)
        job.touched = {*job.command.ids, *(found[0].task.id for found in used if found)}
        try:
            job.result = job.command.apply(work)
        except TaskError as refused:
            job.result = refused


def _size(job: _Job) -> int:
    return max(len(job.command.ids), 1)


def _fail(jobs: Sequence[_Job] | deque[_Job], error: Exception) -> None:
    for job in jobs:
        job.fail(error)


def _seen(answer: asyncio.Future[Any]) -> None:
    """Whoever asked may be gone."""
    if not answer.cancelled():
        answer.exception()
