"""The control API under /_control: no part of the provider, no key. What it does not understand it refuses with 400."""

from typing import Any, TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from support.systems.catalog.standins.provider.catalogue import Catalogue, Generation, Replacement
from support.systems.catalog.standins.provider.script import Rule
from support.systems.catalog.standins.provider.standin import StandIn

T = TypeVar("T")

_SCRIPT = '[{"group": "Standard Fixed", "first": 2, "answer": {"kind": "status", "status": 503}}]'
_CATALOGUE = '{"groups": {"Standard Fixed": [{"name": "esim_EU_5GB_30D_V2", ...}]}}'
_GENERATION = '{"groups": {"Standard Fixed": 50000}, "price": 19.0}'


class ControlApi:
    def __init__(self, standin: StandIn) -> None:
        self._standin = standin

    def mount(self) -> Mount:
        return Mount(
            "/_control",
            routes=[
                Route("/health", self._health),
                Route("/reset", self._reset, methods=["POST"]),
                Route("/catalogue", self._catalogue, methods=["PUT"]),
                Route("/catalogue/generate", self._generate, methods=["POST"]),
                Route("/script", self._script, methods=["PUT"]),
                Route("/requests", self._requests),
                Route("/requests", self._clear, methods=["DELETE"]),
            ],
        )

    async def _health(self, _: Request) -> Response:
        return _json({"status": "ok", "seed": self._standin.seed, "bundles": len(self._standin.catalogue)})

    async def _reset(self, _: Request) -> Response:
        self._standin.reset()
        return Response(status_code=204)

    async def _catalogue(self, request: Request) -> Response:
        data = await _body(request, Replacement, _CATALOGUE)
        try:
            self._standin.catalogue = Catalogue.replaced(data)
        except msgspec.ValidationError as trouble:
            raise HTTPException(400, f"a bundle must be an object with a name ({trouble})") from trouble
        return Response(status_code=204)

    async def _generate(self, request: Request) -> Response:
        order = await _body(request, Generation, _GENERATION)
        self._standin.catalogue = Catalogue.generated(order, self._standin.seed)
        return Response(status_code=204)

    async def _script(self, request: Request) -> Response:
        self._standin.play(await _body(request, list[Rule], _SCRIPT))
        return Response(status_code=204)

    async def _requests(self, request: Request) -> Response:
        since = request.query_params.get("since", "0")
        if not since.isdecimal():
            raise HTTPException(400, f"since is {since!r}; say the id of a request, or leave it out")
        return _json(list(self._standin.record.since(int(since))))

    async def _clear(self, _: Request) -> Response:
        self._standin.record.clear()
        return Response(status_code=204)


async def _body(request: Request, kind: type[T], example: str) -> T:
    try:
        return msgspec.json.decode(await request.body(), type=kind)
    except msgspec.DecodeError as trouble:
        raise HTTPException(400, f"{trouble}; write it like this: {example}") from trouble


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type="application/json")


async def refuse(_: Request, trouble: Exception) -> Response:
    """Put starlette's own refusals (404, 405, 400) into the form of all errors here."""
    status, detail = (trouble.status_code, trouble.detail) if isinstance(trouble, HTTPException) else (500, "")
    return Response(msgspec.json.encode({"message": detail}), status, media_type="application/json")
