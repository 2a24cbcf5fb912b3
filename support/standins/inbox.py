"""An inbox for alerts to administrators: `python -m support.standins.inbox --port 0`. Prints "ready on host:port".

`POST /alerts` (any JSON object) -> 202; `GET /_control/requests` lists what arrived, oldest first.
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from support.standins.serving import arguments, serve
from support.standins.standin import StandIn


class Inbox(StandIn):
    async def respond(self, request: Request) -> Response:
        if (request.method, request.url.path) != ("POST", "/alerts"):
            return self.error(404)
        try:
            alert = await request.json()
        except ValueError:
            alert = None
        if not isinstance(alert, dict):
            return JSONResponse({"message": "an alert must be a JSON object"}, 400)
        return Response(status_code=202)


if __name__ == "__main__":
    options = arguments(__doc__).parse_args()
    serve(Inbox(options.seed), options.host, options.port)
