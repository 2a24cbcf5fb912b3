"""A small service played by a stand-in: forecasts by city, reports that are posted, and a stream of three readings."""

from collections.abc import AsyncIterator

from msgspec import json
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from support.standins.control_api import as_json
from support.standins.script import ChangedBody
from support.standins.serving import arguments, serve
from support.standins.standin import StandIn


class Fahrenheit(ChangedBody, tag="fahrenheit", frozen=True):
    """The forecast in another unit, with so many degrees added."""

    add: int = 0

    def change(self, good: bytes) -> bytes:
        return json.encode({**json.decode(good), "degrees": 70 + self.add})


class WeatherStandIn(StandIn):
    answers = (Fahrenheit,)

    def key(self, request: Request, _body: bytes) -> str | None:
        return request.query_params.get("city")

    async def respond(self, request: Request) -> Response:
        match request.method, request.url.path:
            case "GET", "/forecast":
                return as_json({"city": request.query_params.get("city"), "degrees": 21})
            case "POST", "/reports":
                return as_json({"received": (await request.body()).decode()})
            case "GET", "/live":
                return StreamingResponse(_readings(), media_type="text/event-stream")
            case "GET", "/busy":
                return self.error(503, {"Retry-After": "7"})
        return self.error(404)


async def _readings() -> AsyncIterator[str]:
    for degrees in (20, 21, 22):
        yield f"data: {degrees}\n\n"


if __name__ == "__main__":
    options = arguments(__doc__).parse_args()
    serve(WeatherStandIn(options.seed), options.host, options.port)
