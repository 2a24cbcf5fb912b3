"""The routes under `/api/v1`: what they read, what they ask of the core, and what they answer."""

import asyncio
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.tasks.app.server.answers import REPLAYED, json_answer, page_body, task_answer
from support.systems.tasks.app.server.core import Core, Outcome, StoreUnavailableError
from support.systems.tasks.app.server.model import Fields, NewTask
from support.systems.tasks.app.server.overload import Places
from support.systems.tasks.app.server.request_reading import (
    Batch,
    Following,
    Listing,
    OfRepository,
    Reading,
    need_version,
    read_body_object,
)

Handler = Callable[[Request], Awaitable[Response]]
WITH_BODY = ("POST", "PATCH")
RETRY_AFTER_S = 1.0  # a restart takes no longer


class HttpApi:
    def __init__(self, core: Core, places: Places) -> None:
        self._core = core
        self._places = places

    @property
    def routes(self) -> list[Route]:
        return [
            self._route("/api/v1/tasks", GET=self._list, POST=self._create),
            self._route("/api/v1/tasks/{id}", GET=self._get, PATCH=self._update, DELETE=self._delete),
            self._route("/api/v1/batch/sync", POST=self._sync),
            self._route("/api/v1/conflicts", GET=self._conflicts),
            self._route("/api/v1/events", GET=self._events),
        ]

    async def _create(self, request: Request) -> Response:
        with Reading() as reading:
            intention = reading.intention(request)
            new = reading.model(NewTask, request.state.body)
        return task_answer(await self._core.create(new, intention), 201)

    async def _list(self, request: Request) -> Response:
        with Reading() as reading:
            asked = reading.query(Listing, request)
        page = await self._core.list(asked.repository, asked.status, asked.limit, asked.after)
        return json_answer(page_body(page))

    async def _get(self, request: Request) -> Response:
        return task_answer(Outcome(await self._core.get(request.path_params["id"])))

    async def _update(self, request: Request) -> Response:
        need_version(request)
        with Reading() as reading:
            intention = reading.intention(request)
            version = reading.base_version(request)
            fields = reading.model(Fields, request.state.body)
        return task_answer(await self._core.update(request.path_params["id"], version, fields, intention))

    async def _delete(self, request: Request) -> Response:
        need_version(request)
        with Reading() as reading:
            intention = reading.intention(request)
            version = reading.base_version(request)
        outcome = await self._core.delete(request.path_params["id"], version, intention)
        return Response(status_code=204, headers=REPLAYED if outcome.replayed else None)

    async def _sync(self, request: Request) -> Response:
        with Reading() as reading:
            intention = reading.intention(request)
            batch = reading.model(Batch, request.state.body)
        result = await self._core.sync(batch.repository, batch.since, batch.changes, intention)
        return json_answer(result.body, headers=REPLAYED if result.replayed else None)

    async def _conflicts(self, request: Request) -> Response:
        with Reading() as reading:
            asked = reading.query(OfRepository, request)
        return json_answer({"conflicts": list(await self._core.conflicts(asked.repository))})

    async def _events(self, request: Request) -> Response:
        with Reading() as reading:
            asked = reading.query(Following, request)
        events, number = await self._core.events(asked.repository, asked.since, asked.limit)
        return json_answer({"events": list(events), "number": number})

    def _route(self, path: str, **handlers: Handler) -> Route:
        """One route for all methods of a path: two would each name only their own methods in `Allow`.

        A place is held neither while a slow sender's body comes in nor while a slow reader's answer goes out.
        """

        async def answer(request: Request) -> Response:
            if request.method in WITH_BODY:
                request.state.body = await read_body_object(request)
            try:
                async with self._places.place():
                    return await handlers["GET" if request.method == "HEAD" else request.method](request)
            except asyncio.CancelledError:  # the server stops, or starts anew, and has waited long enough
                in_doubt = request.method not in ("GET", "HEAD")
                message = "The server stops before the store has answered."
                raise StoreUnavailableError(message, retry_after_s=RETRY_AFTER_S, in_doubt=in_doubt) from None

        return Route(path, answer, methods=list(handlers))
