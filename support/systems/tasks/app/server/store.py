"""Calls to Qdrant: each with one time-out and a permit of the breaker, and with its failures told apart."""

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from qdrant_client import AsyncQdrantClient, models

from support.systems.tasks.app.server.observing import CallOutcome, Observer, StoreCalled
from support.systems.tasks.app.server.store_breaker import NotPermittedError, StoreBreaker
from support.systems.tasks.app.server.store_errors import StoreError, StoreRefusedError, failure_of

Result = TypeVar("Result")
Payload = dict[str, Any]

CALLS = ("exists", "create", "index", "retrieve", "scroll", "upsert", "set_payload", "delete")
PAGE, PAGE_OF_WHOLE_POINTS = 1000, 200  # points of one answer
CONNECTIONS = httpx.Limits(max_connections=128, max_keepalive_connections=32, keepalive_expiry=4)
NO_VECTOR = [0.0]  # Qdrant demands one


@dataclass(frozen=True, slots=True)
class Point:
    id: str
    payload: Payload


class Store:
    """All calls raise `StoreError`. Building it opens no connection."""

    def __init__(self, url: str, timeout_s: float, breaker: StoreBreaker, observe: Observer) -> None:
        self.breaker = breaker
        self.timeout_s = timeout_s
        self.answers: bool | None = None  # at the last contact; None before the first
        self._observe = observe
        self._client = AsyncQdrantClient(
            url=url,
            timeout=math.ceil(timeout_s) + 1,  # whole seconds; ours comes first
            check_compatibility=False,
            limits=CONNECTIONS,  # without them the client keeps no connection to a loopback address
            trust_env=False,
        )

    async def prepare(self, collection: str, indices: Mapping[str, models.PayloadSchemaType]) -> None:
        """Make the *collection* unless it exists, and an index for each field."""
        client = self._client
        if not await self._call("exists", lambda: client.collection_exists(collection)):
            vectors = models.VectorParams(size=len(NO_VECTOR), distance=models.Distance.DOT)
            await self._call("create", lambda: client.create_collection(collection, vectors_config=vectors))
        for field, schema in indices.items():
            await self._index(collection, field, schema)

    async def read(
        self, collection: str, ids: Sequence[str], fields: Sequence[str] | None = None
    ) -> dict[str, Payload]:
        """The payloads of the points that exist, by id; of *fields* only, if given."""

        async def call() -> dict[str, Payload]:
            found = await self._client.retrieve(collection, list(ids), with_payload=list(fields) if fields else True)
            return {str(record.id): dict(record.payload or {}) for record in found}

        return await self._call("retrieve", call)

    async def find(
        self,
        collection: str,
        chosen: models.Filter,
        limit: int,
        fields: Sequence[str] | None = None,
        order_by: models.OrderBy | None = None,
    ) -> list[Payload]:
        """At most *limit* payloads."""
        found, _ = await self._scroll(collection, chosen, limit, fields, order_by=order_by)
        return found

    async def find_all(
        self, collection: str, chosen: models.Filter, fields: Sequence[str] | None = None
    ) -> list[Payload]:
        """In no order. What is changed meanwhile comes once, as it was or as it is."""
        page = PAGE if fields else PAGE_OF_WHOLE_POINTS
        everything, following = await self._scroll(collection, chosen, page, fields)
        while following is not None:
            found, following = await self._scroll(collection, chosen, page, fields, offset=following)
            everything += found
        return everything

    async def write(self, collection: str, points: Sequence[Point], only_if: models.Filter) -> None:
        """New points are inserted; those that exist are overwritten only if they fulfil *only_if*. Whether they did is not told."""

        async def call() -> None:
            structs = [models.PointStruct(id=one.id, vector=NO_VECTOR, payload=one.payload) for one in points]
            _check(await self._client.upsert(collection, structs, wait=True, update_filter=only_if))

        await self._call("upsert", call)

    async def insert(self, collection: str, points: Sequence[Point]) -> None:
        """Points that exist stay as they are."""

        async def call() -> None:
            structs = [models.PointStruct(id=one.id, vector=NO_VECTOR, payload=one.payload) for one in points]
            mode = models.UpdateMode.INSERT_ONLY
            _check(await self._client.upsert(collection, structs, wait=True, update_mode=mode))

        await self._call("upsert", call)

    async def set_fields(self, collection: str, chosen: models.Filter, fields: Payload) -> None:
        async def call() -> None:
            _check(await self._client.set_payload(collection, fields, chosen, wait=True))

        await self._call("set_payload", call)

    async def remove(self, collection: str, chosen: models.Filter) -> None:
        async def call() -> None:
            _check(await self._client.delete(collection, models.FilterSelector(filter=chosen), wait=True))

        await self._call("delete", call)

    async def close(self) -> None:
        self.breaker.close()
        await self._client.close()

    async def _index(self, collection: str, field: str, schema: models.PayloadSchemaType) -> None:
        async def call() -> None:
            _check(await self._client.create_payload_index(collection, field, field_schema=schema, wait=True))

        await self._call("index", call)

    async def _scroll(
        self,
        collection: str,
        chosen: models.Filter,
        limit: int,
        fields: Sequence[str] | None,
        order_by: models.OrderBy | None = None,
        offset: Any = None,
    ) -> tuple[list[Payload], Any]:
        async def call() -> tuple[list[Payload], Any]:
            found, following = await self._client.scroll(
                collection,
                scroll_filter=chosen,
                limit=limit,
                with_payload=list(fields) if fields else True,
                order_by=order_by,
                offset=offset,
            )
            return [dict(record.payload or {}) for record in found], following

        return await self._call("scroll", call)

    async def _call(self, name: str, call: Callable[[], Awaitable[Result]]) -> Result:
        try:
            permit = self.breaker.permit()
        except NotPermittedError as refused:
            self._observe(StoreCalled(name, CallOutcome.NOT_PERMITTED))
            raise StoreError("breaker", retry_after_s=refused.retry_after_s) from None
        try:
            async with asyncio.timeout(self.timeout_s):
                result = await call()
        except asyncio.CancelledError:
            self.breaker.gave_up(permit)
            raise
        except Exception as error:
            failure = failure_of(error)
            if isinstance(failure, StoreRefusedError):
                self.answers = True
                self.breaker.succeeded(permit)
            else:
                self.answers = False
                self.breaker.failed(permit)
            self._observe(StoreCalled(name, CallOutcome.FAILED, failure.reason))
            raise failure from error
        self.answers = True
        self.breaker.succeeded(permit)
        self._observe(StoreCalled(name, CallOutcome.OK))
        return result


def _check(result: models.UpdateResult) -> None:
    """Raises `ValueError` unless the store says that it has done it."""
    if result.status is not models.UpdateStatus.COMPLETED:
        raise ValueError
