"""Toxiproxy's HTTP API for the registry; no handler waits for the data plane."""

from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.fault_proxy.server.api_errors import ApiError
from support.fault_proxy.server.api_values import read_proxies, read_proxy, read_proxy_update, read_reset
from support.fault_proxy.server.registry import Registry

TOXIPROXY_VERSION = "2.12.0"
NO_CONTENT = 204


def application(registry: Registry) -> Starlette:
    api = Api(registry)
    return Starlette(
        routes=[
            Route("/version", api.version),
            Route("/reset", api.reset, methods=["POST"]),
            Route("/populate", api.populate, methods=["POST"]),
            Route("/proxies", api.proxies),
            Route("/proxies", api.create, methods=["POST"]),
            Route("/proxies/{proxy}", api.proxy),
            Route("/proxies/{proxy}", api.update, methods=["POST", "PATCH"]),
            Route("/proxies/{proxy}", api.delete, methods=["DELETE"]),
            Route("/proxies/{proxy}/connections", api.connections),
            Route("/proxies/{proxy}/toxics", api.toxics),
            Route("/proxies/{proxy}/toxics", api.add, methods=["POST"]),
            Route("/proxies/{proxy}/toxics/{toxic}", api.toxic),
            Route("/proxies/{proxy}/toxics/{toxic}", api.change, methods=["POST", "PATCH"]),
            Route("/proxies/{proxy}/toxics/{toxic}", api.remove, methods=["DELETE"]),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_refuse_browsers)],
        exception_handlers={ApiError: _refused, HTTPException: _no_such_route},
    )


class Api:
    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    async def version(self, _: Request) -> Response:
        return JSONResponse({"version": TOXIPROXY_VERSION, "server": "holdfast", "seed": self._registry.seed})

    async def reset(self, request: Request) -> Response:
        seed = read_reset(await request.body())
        for proxy in self._registry.all():
            proxy.remove_all()
        for proxy in self._registry.all():  # a proxy whose port is taken must not keep the toxics of the others active
            proxy.enable()
        if seed is not None:
            self._registry.reseed(seed)
        return Response(status_code=NO_CONTENT)

    async def populate(self, request: Request) -> Response:
        proxies: list[dict[str, Any]] = []
        try:
            for wanted in read_proxies(await request.body()):
                proxies.append(self._registry.put(wanted).as_json())  # noqa: PERF401  those before an error are reported
        except ApiError as error:
            return JSONResponse(_error(str(error), error.status) | {"proxies": proxies}, error.status)
        return JSONResponse({"proxies": proxies}, 201)

    async def proxies(self, _: Request) -> Response:
        return JSONResponse({proxy.name: proxy.as_json() for proxy in self._registry.all()})

    async def create(self, request: Request) -> Response:
        return JSONResponse(self._registry.create(read_proxy(await request.body())).as_json(), 201)

    async def proxy(self, request: Request) -> Response:
        return JSONResponse(self._registry.proxy(request.path_params["proxy"]).as_json())

    async def update(self, request: Request) -> Response:
        body = await request.body()
        proxy = self._registry.proxy(request.path_params["proxy"])
        proxy.update(read_proxy_update(body, proxy.wanted()))
        return JSONResponse(proxy.as_json())

    async def delete(self, request: Request) -> Response:
        self._registry.delete(request.path_params["proxy"])
        return Response(status_code=NO_CONTENT)

    async def connections(self, request: Request) -> Response:
        return JSONResponse(self._registry.proxy(request.path_params["proxy"]).recent())

    async def toxics(self, request: Request) -> Response:
        proxy = self._registry.proxy(request.path_params["proxy"])
        return JSONResponse([toxic.as_json() for toxic in proxy.toxics()])

    async def add(self, request: Request) -> Response:
        body = await request.body()
        return JSONResponse(self._registry.proxy(request.path_params["proxy"]).add(body).as_json())

    async def toxic(self, request: Request) -> Response:
        proxy = self._registry.proxy(request.path_params["proxy"])
        return JSONResponse(proxy.toxic(request.path_params["toxic"]).as_json())

    async def change(self, request: Request) -> Response:
        body = await request.body()
        proxy = self._registry.proxy(request.path_params["proxy"])
        return JSONResponse(proxy.change(request.path_params["toxic"], body).as_json())

    async def remove(self, request: Request) -> Response:
        self._registry.proxy(request.path_params["proxy"]).remove(request.path_params["toxic"])
        return Response(status_code=NO_CONTENT)


async def _refuse_browsers(request: Request, answer: RequestResponseEndpoint) -> Response:
    """As in Toxiproxy: a web page that somebody visits must not be able to change faults (request forgery)."""
    if request.headers.get("User-Agent", "").startswith("Mozilla/"):
        return JSONResponse(_error("User agent not allowed", 403), 403)
    return await answer(request)


def _error(message: str, status: int) -> dict[str, Any]:
    return {"error": message, "status": status}


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return JSONResponse(_error(str(error), error.status), error.status)


async def _no_such_route(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    called = f"{request.method} {request.url.path}: {problem.detail}"
    return JSONResponse(_error(called, problem.status_code), problem.status_code, problem.headers)
