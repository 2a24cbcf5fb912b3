"""The control API of a stand-in, under /_control: no part of the service. What it does not understand it refuses with 400.

| `GET /health` | state and seed |
| `PUT /script` | a list of rules replaces the script |
| `GET /requests?since=ID`, `DELETE /requests` | the record |
| `POST /reset` | no rules, no record, no waits |
"""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from support.standins.script import ANSWERS, Rule

if TYPE_CHECKING:
    from support.standins.standin import StandIn

CONTROL = "/_control"
T = TypeVar("T")

_SCRIPT = '[{"path": "/orders/*", "first": 2, "answer": {"kind": "status", "status": 503}}]'


def control_api(standin: "StandIn") -> Starlette:
    answer: Any = reduce(or_, [*ANSWERS, *standin.answers])

    async def health(_: Request) -> Response:
        return as_json(standin.health())

    async def reset(_: Request) -> Response:
        standin.reset()
        return Response(status_code=204)

    async def script(request: Request) -> Response:
        standin.play(await decoded(request, list[Rule[answer]], _SCRIPT))
        return Response(status_code=204)

    async def requests(request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            raise HTTPException(400, f"since is {since!r}; say the id of a request, or leave it out")
        return as_json(list(standin.record.since(int(since))))

    async def clear(_: Request) -> Response:
        standin.record.clear()
        return Response(status_code=204)

    routes = [
        Route("/health", health),
        Route("/reset", reset, methods=["POST"]),
        Route("/script", script, methods=["PUT"]),
        Route("/requests", requests),
        Route("/requests", clear, methods=["DELETE"]),
        *standin.control_routes(),
    ]
    return Starlette(routes=[Mount(CONTROL, routes=routes)], exception_handlers={HTTPException: _refused})


async def decoded(request: Request, kind: type[T], example: str) -> T:
    """Decode a request's JSON, or refuse it with the reason and an *example*."""
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as error:
        raise HTTPException(400, f"{error}; write it like this: {example}") from error


def as_json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


async def _refused(_: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return Response(msgspec.json.encode({"message": detail}), status, media_type="application/json")
