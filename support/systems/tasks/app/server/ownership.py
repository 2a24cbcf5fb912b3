"""One server at a time owns the store: each has an epoch, which stands in every point, and in the condition of every write.

To take over, a server raises the epoch, writes it to all points, and only then reads what it goes on from. So a write of the
server before (also one that was still under way when that was killed) either comes first and is seen, or is refused.
A point that it creates too late has an epoch of the past: it does not exist for anybody, and may be overwritten.
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from typing import Any
from uuid import uuid4

from qdrant_client import models

from support.systems.tasks.app.server.records import TASKS
from support.systems.tasks.app.server.store import Point, Store

OWNER = "00000000-0000-4000-8000-000000000001"  # the point that says who owns the store
KEYWORD, INTEGER = models.PayloadSchemaType.KEYWORD, models.PayloadSchemaType.INTEGER
INDICES = {
    TASKS: {
        "repository": KEYWORD,
        "status": KEYWORD,
        "keys": KEYWORD,
        "created": INTEGER,
        "number": INTEGER,
        "epoch": INTEGER,
    },
    "conflicts": {"repository": KEYWORD},
    "batches": {"at": INTEGER},
}


class SupersededError(Exception):
    """Another server has taken over the store."""


class Ownership:
    """`epoch` is 0 until the store has been taken over. *on_lost* is called once, when another server is seen to have done so."""

    def __init__(self, store: Store, on_lost: Callable[[], None]) -> None:
        self._store = store
        self._on_lost = on_lost
        self.epoch = 0
        self.lost = False
        self._taking: asyncio.Task[None] | None = None

    async def ensure(self) -> None:
        """Take over unless that is done. Raises `StoreError`, and `SupersededError`; after the former it may be tried again."""
        if self.lost:
            raise SupersededError
        if not self.epoch:
            await asyncio.shield(self.begin())

    def begin(self) -> "asyncio.Task[None]":
        """Take over; those who ask meanwhile wait for the same."""
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._take(), context=Context())  # it is of no request
            self._taking.add_done_callback(_seen)
        return self._taking

    def forget(self) -> None:
        """The store has lost what it held: it is to be prepared, and taken over, anew."""
        self.epoch = 0

    async def close(self) -> None:
        if self._taking and not self._taking.done():
            self._taking.cancel()
            await asyncio.wait([self._taking])

    async def _take(self) -> None:
        for collection, indices in INDICES.items():
            await self._store.prepare(collection, indices)
        while not await self._taken():
            pass

    def check(self, epoch: int) -> None:
        """Raises `SupersededError` if *epoch*, as the store keeps it, is a later one than ours."""
        if epoch > self.epoch and not self.lost:
            self.lost = True
            self._on_lost()
        if self.lost:
            raise SupersededError

    def only_ours(self, tokens: list[str]) -> models.Filter:
        """The condition of a write: of our epoch and with one of the *tokens* that we have read, or of no server at all."""
        ours: list[models.Condition] = [
            models.FieldCondition(key="epoch", match=models.MatchValue(value=self.epoch)),
            models.FieldCondition(key="token", match=models.MatchAny(any=tokens)),
        ]
        no_servers = models.FieldCondition(key="epoch", range=models.Range(lt=self.epoch))
        return models.Filter(should=[models.Filter(must=ours), no_servers])

    async def _taken(self) -> bool:
        before = (await self._store.read(TASKS, [OWNER])).get(OWNER, {"owner": 0, "swept": 0, "token": ""})
        epoch, swept = before["owner"] + 1, before["swept"]
        if not await self._announced(before["token"], {"owner": epoch, "swept": swept}):
            return False
        of_the_past = models.FieldCondition(key="epoch", range=models.Range(gte=swept, lt=epoch))
        await self._store.set_fields(TASKS, models.Filter(must=[of_the_past]), {"epoch": epoch})
        announced = await self._store.read(TASKS, [OWNER])
        if announced[OWNER]["owner"] != epoch:
            return False
        if not await self._announced(announced[OWNER]["token"], {"owner": epoch, "swept": epoch}):
            return False
        self.epoch = epoch
        return True

    async def _announced(self, token_before: str, owner: dict[str, Any]) -> bool:
        token = uuid4().hex
        unchanged = models.FieldCondition(key="token", match=models.MatchValue(value=token_before))
        await self._store.write(TASKS, [Point(OWNER, {**owner, "token": token})], models.Filter(must=[unchanged]))
        found = await self._store.read(TASKS, [OWNER])
        return bool(found[OWNER]["token"] == token)


def _seen(taking: "asyncio.Task[None]") -> None:
    """The breaker and the log know of a failure; there may be nobody else who waits for it."""
    if not taking.cancelled():
        taking.exception()
