"""The store service answers as Qdrant does, as far as the tasks server uses it, and keeps what it has confirmed."""

import asyncio
import os
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from support.environments.local import local_environment
from support.selftest.tasks.conftest import start_store
from support.systems.tasks.programs.qdrant import collection
from support.systems.tasks.programs.qdrant.app import make_app

ONE, TWO = str(uuid4()), str(uuid4())
VECTORS = models.VectorParams(size=1, distance=models.Distance.DOT)


def point(identity, **payload):
    return models.PointStruct(id=identity, vector=[0.0], payload=payload)


def with_value(key, value):
    return models.Filter(must=[models.FieldCondition(key=key, match=models.MatchValue(value=value))])


def with_a_client(test, port):
    async def run():
        client = AsyncQdrantClient(url=f"http://127.0.0.1:{port}", timeout=5)
        name = uuid4().hex
        await client.create_collection(name, vectors_config=VECTORS)
        await test(client, name)
        await client.close()

    asyncio.run(run())


def test_points_are_written_read_changed_and_deleted(store):
    async def test(client, name):
        await client.upsert(name, [point(ONE, a=1, b="x"), point(7, a=2)])
        found = await client.retrieve(name, [ONE, 7, TWO])
        assert {record.id: record.payload for record in found} == {ONE: {"a": 1, "b": "x"}, 7: {"a": 2}}
        (part,) = await client.retrieve(name, [ONE], with_payload=["b"])
        assert part.payload == {"b": "x"}
        await client.set_payload(name, {"b": "y"}, points=with_value("a", 2))
        await client.overwrite_payload(name, {"c": 3}, points=[ONE])
        found, following = await client.scroll(name, limit=10)
        assert {record.id: record.payload for record in found} == {ONE: {"c": 3}, 7: {"a": 2, "b": "y"}}
        assert following is None
        assert (await client.count(name)).count == 2
        assert len((await client.query_points(name, query=[0.0])).points) == 2
        await client.delete(name, models.FilterSelector(filter=with_value("c", 3)))
        assert (await client.get_collection(name)).points_count == 1
        assert name in [one.name for one in (await client.get_collections()).collections]
        assert await client.collection_exists(name)
        await client.delete_collection(name)
        assert not await client.collection_exists(name)

    with_a_client(test, store.port)


def test_pages_follow_one_another_and_an_index_gives_an_order(store):
    async def test(client, name):
        await client.upsert(name, [point(number, number=10 - number) for number in range(1, 8)])
        seen, following = [], None
        while len(seen) < 7:
            found, following = await client.scroll(name, limit=3, offset=following)
            seen += [record.id for record in found]
        assert (seen, following) == ([1, 2, 3, 4, 5, 6, 7], None)
        with pytest.raises(UnexpectedResponse) as refused:
            await client.scroll(name, order_by="number")
        assert refused.value.status_code == 400
        await client.create_payload_index(name, "number", models.PayloadSchemaType.INTEGER)
        newest = models.OrderBy(key="number", direction=models.Direction.DESC)
        beyond = models.Filter(must=[models.FieldCondition(key="number", range=models.Range(lte=8))])
        found, _ = await client.scroll(name, beyond, limit=2, order_by=newest)
        assert [record.payload["number"] for record in found] == [8, 7]

    with_a_client(test, store.port)


def test_writes_take_effect_only_where_their_condition_holds(store):
    async def test(client, name):
        async def value(identity):
            return (await client.retrieve(name, [identity]))[0].payload["v"]

        await client.upsert(name, [point(1, v=1), point(2, v=5)])
        await client.upsert(name, [point(1, v=2), point(2, v=2), point(3, v=2)], update_filter=with_value("v", 1))
        assert [await value(identity) for identity in (1, 2, 3)] == [2, 5, 2]
        await client.upsert(name, [point(1, v=9), point(4, v=9)], update_mode=models.UpdateMode.INSERT_ONLY)
        await client.upsert(name, [point(2, v=6), point(5, v=6)], update_mode=models.UpdateMode.UPDATE_ONLY)
        assert [await value(identity) for identity in (1, 2, 4)] == [2, 6, 9]
        assert await client.retrieve(name, [5]) == []

    with_a_client(test, store.port)


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "message"),
    [
        ("GET", "/collections/none", None, 404, "Not found: Collection `none` doesn't exist!"),
        (
            "PUT",
            "/collections/there",
            {"vectors": {"size": 1, "distance": "Dot"}},
            409,
            "Collection `there` already exists!",
        ),
        ("PUT", "/collections/new", {"vectors": {"size": 1, "distance": "Far"}}, 400, "Far"),
        ("POST", "/collections/there/points", {"ids": ["abc"]}, 400, "abc"),
        ("POST", "/collections/there/points", {}, 400, "ids"),
        ("POST", "/collections/there/points", "{", 400, "Format error in JSON body"),
        ("POST", "/collections/there/points/scroll", {"filter": {"maybe": []}}, 400, "maybe"),
        ("PUT", "/collections/there/index", {"field_name": "a", "field_schema": "smell"}, 400, "Smell"),
    ],
)
def test_what_is_wrong_is_refused_as_qdrant_refuses_it(store_url, method, path, body, status, message):
    httpx.put(f"{store_url}/collections/there", json={"vectors": {"size": 1, "distance": "Dot"}})
    sent = {"content": body} if isinstance(body, str) else {"json": body}
    answer = httpx.request(method, store_url + path, **sent)
    assert answer.status_code == status
    assert message in answer.json()["status"]["error"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/livez"])
def test_says_that_it_is_well(store_url, path):
    answer = httpx.get(store_url + path)
    assert (answer.status_code, answer.text) == (200, f"{path[1:]} check passed")


def test_a_killed_store_has_what_it_confirmed_and_a_stopped_one_exits_with_0(tmp_path):
    async def write(store, number):
        client = AsyncQdrantClient(url=f"http://127.0.0.1:{store.port}", timeout=5, check_compatibility=False)
        if number == 1:
            await client.create_collection("kept", vectors_config=VECTORS)
        await client.upsert("kept", [point(number, v=number)])
        found, _ = await client.scroll("kept")
        await client.close()
        return [record.id for record in found]

    with local_environment(tmp_path / "logs", seed=1) as local:
        store = start_store(local, "store", str(tmp_path / "data"))
        (tmp_path / "data" / "half").mkdir()  # as if it had been killed while it made a collection
        assert asyncio.run(write(store, 1)) == [1]
        store.kill()
        store.start()
        assert asyncio.run(write(store, 2)) == [1, 2]
        store.stop()
        assert store.exit_status == 0
        store.start()
        assert asyncio.run(write(store, 3)) == [1, 2, 3]


def test_a_full_disk_is_an_error_and_leaves_what_is_there_readable(tmp_path, monkeypatch):
    async def run():
        app = make_app(tmp_path)
        async with _client(app) as client:
            created = await client.put("/collections/c", json={"vectors": {"size": 1, "distance": "Dot"}})
            points = {"points": [{"id": 1, "vector": [0.0], "payload": {"v": 1}}]}
            written = await client.put("/collections/c/points", json=points)
            assert (created.status_code, written.status_code) == (200, 200)
            free = os.statvfs(tmp_path).f_bavail * os.statvfs(tmp_path).f_frsize
            monkeypatch.setattr(collection, "RESERVE_BYTES", 2 * free)
            full = await client.put("/collections/c/points", json=points)
            assert (full.status_code, "No space left" in full.json()["status"]["error"]) == (500, True)
            read = await client.post("/collections/c/points", json={"ids": [1]})
            assert read.json()["result"] == [{"id": 1, "payload": {"v": 1}}]

    asyncio.run(run())


@asynccontextmanager
async def _client(app):
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://store") as client,
    ):
        yield client
