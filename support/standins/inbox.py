"""An inbox for alerts to administrators: `python -m support.standins.inbox --port 0`. Prints "ready on host:port".

`POST /alerts` (any JSON object) -> 202; `GET /alerts` -> `[{"at": unix seconds, "body": {...}}]`, oldest first;
`DELETE /alerts` -> 204; `GET /health`. Keeps the last 10,000.
"""

import json
import time
from collections import deque
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from support.standins.serving import arguments, serve

LIMIT = 10_000


def inbox() -> Starlette:
    alerts: deque[dict[str, Any]] = deque(maxlen=LIMIT)

    async def receive(request: Request) -> Response:
        at = time.time()
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            body = None
        if not isinstance(body, dict):
            return JSONResponse({"message": "an alert must be a JSON object"}, 400)
        alerts.append({"at": at, "body": body})
        return Response(status_code=202)

    async def show(_: Request) -> Response:
        return JSONResponse(list(alerts))

    async def clear(_: Request) -> Response:
        alerts.clear()
        return Response(status_code=204)

    async def health(_: Request) -> Response:
        return JSONResponse({"status": "ok"})

    return Starlette(
        routes=[
            Route("/alerts", receive, methods=["POST"]),
            Route("/alerts", show),
            Route("/alerts", clear, methods=["DELETE"]),
            Route("/health", health),
        ]
    )


if __name__ == "__main__":
    options = arguments(__doc__).parse_args()
    serve(inbox(), options.host, options.port)
