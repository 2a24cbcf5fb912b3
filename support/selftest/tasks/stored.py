"""The tasks server's core on a real store, and what the tests of it ask for."""

import asyncio
import itertools
from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from support.systems.tasks.app.server.core import Intention, TaskError
from support.systems.tasks.app.server.model import Event, NewTask
from support.systems.tasks.app.server.settings import Settings
from support.systems.tasks.app.server.task_service import open_service

WITHIN_S = 10
_names = (f"repository-{number}" for number in itertools.count())


def repository() -> str:
    """One that no other test uses."""
    return next(_names)


@asynccontextmanager
async def serving(store_url, observe=lambda _: None, **settings):
    async with open_service(Settings(store_url=store_url, **settings), observe) as service:
        yield service


def ana(key: str = "") -> Intention:
    return Intention("ana", key)


async def add(service, where: str, content: str = "Mend the login", key: str = ""):
    return (await service.create(NewTask(repository=where, content=content), ana(key))).task


async def refused(request) -> TaskError:
    with pytest.raises(TaskError) as error:
        await request
    return error.value


async def heard(feed, count: int) -> list[Event]:
    """The next *count* events."""
    events = aiter(feed)
    async with asyncio.timeout(WITHIN_S):
        return [await anext(events) for _ in range(count)]


async def until(check: Callable[[], object]) -> None:
    async with asyncio.timeout(WITHIN_S):
        while not check():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


class Heard(list[Any]):
    """An observer that keeps what it is told."""

    __call__ = list.append

    def of(self, kind):
        return [happening for happening in self if isinstance(happening, kind)]
