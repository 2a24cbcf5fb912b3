"""Answers as Qdrant gives them: a result in an envelope, or an error with its status."""

import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from support.systems.tasks.programs.qdrant.collection import NoSpaceError

NO_SPACE = "No space left on device: WAL buffer size exceeds available disk space"
Work = Callable[[Request, Any], Awaitable[Any]]


class NoCollectionError(Exception):
    """There is no collection of that name."""


class CollectionExistsError(Exception):
    """There is a collection of that name already."""


def answered(work: Work) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint that gives the JSON of the body to *work*."""

    async def endpoint(request: Request) -> Response:
        began = time.monotonic()
        raw = await request.body()
        request.state.size = len(raw)
        try:
            body = json.loads(raw) if raw else {}
        except ValueError as error:
            return failure(400, f"Format error in JSON body: {error}")
        try:
            result = await work(request, body)
        except Exception as error:  # noqa: BLE001 - the engine raises nothing more special
            return _explained(error)
        return JSONResponse({"result": result, "status": "ok", "time": time.monotonic() - began})

    return endpoint


def _explained(error: Exception) -> Response:
    match error:
        case NoCollectionError():
            status, message = 404, f"Not found: Collection `{error}` doesn't exist!"
        case CollectionExistsError():
            status, message = 409, f"Wrong input: Collection `{error}` already exists!"
        case KeyError():
            status, message = 400, f"Format error in JSON body: missing field or unknown variant {error}"
        case ValueError() | TypeError():
            status, message = 400, f"Wrong input: {error}"
        case NoSpaceError():
            status, message = 500, f"Service internal error: {NO_SPACE}"
        case _ if "order_by" in str(error):
            status, message = 400, f"Wrong input: {error}"
        case _:
            status, message = 500, f"Service internal error: {error}"
    return failure(status, message)


def failure(status: int, message: str) -> Response:
    return JSONResponse({"status": {"error": message}, "time": 0.0}, status)
