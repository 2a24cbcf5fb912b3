"""`/v1/admin/breakers`: the state of each breaker, and an administrator's power over it."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from support.systems.assistant.app.breaker import Breakers
from support.systems.assistant.app.model import Effective
from support.systems.assistant.app.responses import ApiError, json_response


class AdminBreakers:
    """*current* gives the configuration in force, which names the operations."""

    def __init__(self, breakers: Breakers, current: Callable[[], Effective]) -> None:
        self._breakers = breakers
        self._current = current

    @property
    def routes(self) -> list[BaseRoute]:
        return [
            Route("/v1/admin/breakers", self.list),
            Route("/v1/admin/breakers/{operation}/open", self.open, methods=["POST"]),
            Route("/v1/admin/breakers/{operation}/reset", self.reset, methods=["POST"]),
        ]

    async def list(self, _: Request) -> Response:
        return json_response({"breakers": await self._breakers.look(self._current().operations)})

    async def open(self, request: Request) -> Response:
        operation = self._operation(request)
        status = await self._breakers.of(operation).force_open(request.state.who)
        return json_response({"breakers": {operation: status}})

    async def reset(self, request: Request) -> Response:
        operation = self._operation(request)
        status = await self._breakers.of(operation).reset(request.state.who)
        return json_response({"breakers": {operation: status}})

    def _operation(self, request: Request) -> str:
        name: str = request.path_params["operation"]
        if name not in self._current().operations:
            raise ApiError(404, "unknown_operation", "There is no operation of this name.")
        return name
