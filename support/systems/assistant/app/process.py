"""`POST /v1/process`: a person's request, and its answer."""

import math
from collections.abc import Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response

from support.systems.assistant.app.attempts import ContentRejectedError
from support.systems.assistant.app.model import Answer, Effective, Work
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.rate_limit import RateLimit
from support.systems.assistant.app.request_reading import read_request
from support.systems.assistant.app.responses import ApiError, json_response, read_body, request_id


class Process:
    """*current* gives the configuration in force; a request keeps the one under which it began."""

    def __init__(self, orchestrator: Orchestrator, rate_limit: RateLimit, current: Callable[[], Effective]) -> None:
        self._orchestrator = orchestrator
        self._rate_limit = rate_limit
        self._current = current

    async def answer(self, request: Request) -> Response:
        effective = self._current()
        user: str = request.state.who
        wait_s = await self._rate_limit.wait_s(user, effective.per_minute)
        if wait_s:
            message = f"More than {effective.per_minute} requests in a minute came with this key."
            raise ApiError(429, "rate_limited", message, headers={"Retry-After": str(wait_s)})
        asked = read_request(await read_body(request), effective.operations)
        structlog.contextvars.bind_contextvars(operation=asked.operation)
        work = Work(request_id(request), user, asked.operation, asked.text, asked.options)
        try:
            answer = await self._orchestrator.answer(work, effective.operations[asked.operation])
        except ContentRejectedError:
            message = "The AI service refuses this content. Please change the text; it is of no use to send it again."
            raise ApiError(422, "rejected", message) from None
        return _response(work, answer)


def _response(work: Work, answer: Answer) -> Response:
    body: dict[str, object] = {
        "request_id": work.request_id,
        "operation": work.operation,
        "source": answer.source,
        "result": answer.result,
        "attempts": answer.attempts,
        "errors": answer.errors,
    }
    headers = {"Answer-Source": str(answer.source)}
    if answer.age_s is not None:
        body["age_seconds"] = round(answer.age_s, 3)
        headers["Age"] = str(int(answer.age_s))
    if answer.retry_after_s is not None:
        body["retry_after_seconds"] = round(answer.retry_after_s, 3)
        headers["Retry-After"] = str(max(1, math.ceil(answer.retry_after_s)))
    return json_response(body, headers=headers)
