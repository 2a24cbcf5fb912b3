"""Answers of the HTTP interface: bodies, their headers, and errors. None shows what is inside."""

import math
from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response

from support.systems.tasks.app.server.core import Outcome, TaskError, TaskPage
from support.systems.tasks.app.server.json_text import write_json

REPLAYED = {"Idempotent-Replay": "true"}


def json_answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    return Response(write_json(body), status, headers, "application/json")


def task_answer(outcome: Outcome, status: int = 200) -> Response:
    headers = {"ETag": f'"{outcome.task.version}"', **(REPLAYED if outcome.replayed else {})}
    return json_answer(outcome.task, status, headers)


def page_body(page: TaskPage) -> dict[str, Any]:
    return {"tasks": list(page.tasks), "next": page.following, "number": page.number}


def error_body(error: TaskError, request_id: str) -> dict[str, Any]:
    return {"error": error.error, "message": error.message, "request_id": request_id, **error.fields}


def error_answer(connection: HTTPConnection, error: TaskError, headers: Mapping[str, str] | None = None) -> Response:
    sent = dict(headers or {})
    if error.retry_after_s is not None:
        sent["Retry-After"] = str(whole_seconds(error.retry_after_s))
    return json_answer(error_body(error, connection.state.request_id), error.status, sent)


def whole_seconds(wait_s: float) -> int:
    """Rounded up: whoever waits so long does not come too early."""
    return max(1, math.ceil(wait_s))
