"""The collections, and the routes of Qdrant's REST API that lead to them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from support.systems.tasks.programs.qdrant import points
from support.systems.tasks.programs.qdrant.answers import CollectionExistsError, NoCollectionError, answered
from support.systems.tasks.programs.qdrant.collection import Collection

VERSION = "1.20.0"  # of the API that is served
ONE = "/collections/{name}"
_OF_A_COLLECTION: tuple[tuple[str, str, Callable[[Collection, Request, Any], Awaitable[Any]]], ...] = (
    ("PUT", "/index", points.index),
    ("PUT", "/points", points.upsert),
    ("POST", "/points", points.retrieve),
    ("POST", "/points/scroll", points.scroll),
    ("POST", "/points/payload", points.set_payload),
    ("PUT", "/points/payload", points.overwrite_payload),
    ("POST", "/points/delete", points.delete),
    ("POST", "/points/count", points.count),
    ("POST", "/points/query", points.query),
)


class Collections:
    """All collections in the folder *root*; the engine locks each: a second process cannot open them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._by_name: dict[str, Collection] = {}

    @asynccontextmanager
    async def opened(self, _: Starlette) -> AsyncIterator[None]:
        self._root.mkdir(parents=True, exist_ok=True)
        self._by_name = Collection.open_all(self._root)
        try:
            yield
        finally:
            for collection in self._by_name.values():
                collection.close()

    def named(self, request: Request) -> Collection:
        name = request.path_params["name"]
        if name not in self._by_name:
            raise NoCollectionError(name)
        return self._by_name[name]

    async def names(self, _: Request, __: Any) -> Any:
        return {"collections": [{"name": name} for name in self._by_name]}

    async def exists(self, request: Request, _: Any) -> Any:
        return {"exists": request.path_params["name"] in self._by_name}

    async def create(self, request: Request, body: Mapping[str, Any]) -> Any:
        name = request.path_params["name"]
        if name in self._by_name:
            raise CollectionExistsError(name)
        if not name.isprintable() or name.startswith(".") or "/" in name:
            raise ValueError("collection name cannot be used")
        self._by_name[name] = Collection.create(self._root / name, body["vectors"])
        return True

    async def drop(self, request: Request, _: Any) -> Any:
        collection = self._by_name.pop(request.path_params["name"], None)
        if collection:
            await collection.drop()
        return collection is not None

    async def show(self, request: Request, _: Any) -> Any:
        collection = self.named(request)
        found = collection.shard.info()
        return {
            "status": "green",
            "optimizer_status": "ok",
            "points_count": found.points_count,
            "indexed_vectors_count": found.indexed_vectors_count,
            "segments_count": found.segments_count,
            "payload_schema": {},
            "config": {
                "params": {"vectors": collection.vectors, "shard_number": 1, "replication_factor": 1},
                "hnsw_config": {"m": 16, "ef_construct": 100, "full_scan_threshold": 10000},
                "optimizer_config": {
                    "deleted_threshold": 0.2,
                    "vacuum_min_vector_number": 1000,
                    "default_segment_number": 0,
                    "flush_interval_sec": 5,
                },
            },
        }


def make_app(root: Path) -> Starlette:
    collections = Collections(root)

    def of_a_collection(work: Callable[[Collection, Request, Any], Awaitable[Any]]) -> Callable[[Request], Any]:
        async def on_it(request: Request, body: Any) -> Any:
            return await work(collections.named(request), request, body)

        return answered(on_it)

    routes = [
        Route("/", _version),
        *(Route(path, _healthy) for path in ("/healthz", "/readyz", "/livez")),
        Route("/collections", answered(collections.names)),
        Route(f"{ONE}/exists", answered(collections.exists)),
        Route(ONE, answered(collections.show), methods=["GET"]),
        Route(ONE, answered(collections.create), methods=["PUT"]),
        Route(ONE, answered(collections.drop), methods=["DELETE"]),
        *(Route(ONE + path, of_a_collection(work), methods=[method]) for method, path, work in _OF_A_COLLECTION),
    ]
    return Starlette(lifespan=collections.opened, routes=routes)


async def _version(_: Request) -> Response:
    return JSONResponse({"title": "qdrant - vector search engine", "version": VERSION, "commit": ""})


async def _healthy(request: Request) -> Response:
    return PlainTextResponse(f"{request.url.path[1:]} check passed")
