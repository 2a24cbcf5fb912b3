"""Reading and writing points: the part of Qdrant's API under /collections/{name}/points."""

import asyncio
from collections.abc import Mapping
from typing import Any

import qdrant_edge as engine
from starlette.requests import Request

from support.systems.tasks.programs.qdrant.collection import Collection
from support.systems.tasks.programs.qdrant.filters import to_filter, to_order, to_selection

Body = Mapping[str, Any]

_MODES = {
    "upsert": engine.UpdateMode.Upsert,
    "insert_only": engine.UpdateMode.InsertOnly,
    "update_only": engine.UpdateMode.UpdateOnly,
}


async def upsert(collection: Collection, request: Request, body: Body) -> Any:
    points = [engine.Point(point["id"], point["vector"], point.get("payload")) for point in body["points"]]
    mode = _MODES[body.get("update_mode") or "upsert"]
    operation = engine.UpdateOperation.upsert_points(points, to_filter(body.get("update_filter")), mode)
    return await collection.write(operation, request.state.size)


async def retrieve(collection: Collection, _: Request, body: Body) -> Any:
    wanted, vectors = to_selection(body.get("with_payload")), bool(body.get("with_vector"))
    records = await asyncio.to_thread(collection.shard.retrieve, body["ids"], wanted, vectors)
    return [_record(record, vectors=vectors) for record in records]


async def scroll(collection: Collection, _: Request, body: Body) -> Any:
    vectors = bool(body.get("with_vector"))
    wanted = engine.ScrollRequest(
        offset=body.get("offset"),
        limit=body.get("limit") or 10,
        filter=to_filter(body.get("filter")),
        with_payload=to_selection(body.get("with_payload")),
        with_vector=vectors,
        order_by=to_order(body.get("order_by")),
    )
    records, following = await asyncio.to_thread(collection.shard.scroll, wanted)
    return {
        "points": [_record(record, vectors=vectors) for record in records],
        "next_page_offset": None if following is None else _identity(following),
    }


async def set_payload(collection: Collection, request: Request, body: Body) -> Any:
    update, payload, key = engine.UpdateOperation, body["payload"], body.get("key")
    if chosen := to_filter(body.get("filter")):
        operation = update.set_payload_by_filter(chosen, payload, key)
    else:
        operation = update.set_payload(body["points"], payload, key)
    return await collection.write(operation, request.state.size)


async def overwrite_payload(collection: Collection, request: Request, body: Body) -> Any:
    update, payload = engine.UpdateOperation, body["payload"]
    if chosen := to_filter(body.get("filter")):
        operation = update.overwrite_payload_by_filter(chosen, payload)
    else:
        operation = update.overwrite_payload(body["points"], payload)
    return await collection.write(operation, request.state.size)


async def delete(collection: Collection, request: Request, body: Body) -> Any:
    update = engine.UpdateOperation
    if chosen := to_filter(body.get("filter")):
        operation = update.delete_points_by_filter(chosen)
    else:
        operation = update.delete_points(body["points"])
    return await collection.write(operation, request.state.size)


async def count(collection: Collection, _: Request, body: Body) -> Any:
    wanted = engine.CountRequest(exact=body.get("exact", True), filter=to_filter(body.get("filter")))
    return {"count": await asyncio.to_thread(collection.shard.count, wanted)}


async def query(collection: Collection, _: Request, body: Body) -> Any:
    nearest = body.get("query")
    vector = nearest.get("nearest") if isinstance(nearest, dict) else nearest
    wanted = engine.QueryRequest(
        limit=body.get("limit") or 10,
        query=None if vector is None else engine.Query.Nearest(vector),
        filter=to_filter(body.get("filter")),
        with_payload=to_selection(body.get("with_payload")),
    )
    found = await asyncio.to_thread(collection.shard.query, wanted)
    return {"points": [{**_record(one), "score": one.score, "version": one.version} for one in found]}


async def index(collection: Collection, request: Request, body: Body) -> Any:
    schema = body["field_schema"]
    kind = (schema if isinstance(schema, str) else schema["type"]).capitalize()
    try:
        wanted = getattr(engine.PayloadSchemaType, kind)
    except AttributeError:
        raise ValueError(f"unknown type of a field: {kind}") from None
    operation = engine.UpdateOperation.create_field_index(body["field_name"], wanted)
    return await collection.write(operation, request.state.size)


def _record(record: Any, *, vectors: bool = False) -> dict[str, Any]:
    shown = {"id": _identity(record.id), "payload": record.payload}
    return {**shown, "vector": record.vector} if vectors else shown


def _identity(identity: Any) -> int | str:
    return identity if isinstance(identity, int) else str(identity)
