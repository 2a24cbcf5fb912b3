"""The routes of monitoring: metrics, alerts, history, benchmarks."""

import math
from collections.abc import Mapping

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.assistant.app.benchmarks import RunningError
from support.systems.assistant.app.history_store import HistoryError, Query, TooManyRowsError
from support.systems.assistant.app.json_reading import UnreadableError, read_json
from support.systems.assistant.app.mistakes import mistake
from support.systems.assistant.app.monitoring import Monitoring
from support.systems.assistant.app.responses import ApiError, json_response, read_body

LATEST = 1e12  # unix seconds
QUERY = ("operation", "since", "until", "step_s")


class AdminMonitoring:
    def __init__(self, monitoring: Monitoring) -> None:
        self._monitoring = monitoring

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/metrics", self.metrics),
            Route("/v1/admin/alerts", self.alerts),
            Route("/v1/admin/history", self.history),
            Route("/v1/admin/benchmarks", self.benchmarks, methods=["GET", "POST"]),
        ]

    async def metrics(self, _: Request) -> Response:
        return Response(await self._monitoring.exposition(), media_type=CONTENT_TYPE_LATEST)

    async def alerts(self, _: Request) -> Response:
        return json_response(self._monitoring.alerts.listing())

    async def history(self, request: Request) -> Response:
        query = read_query(request.query_params)
        try:
            rows = await self._monitoring.history.find(query)
        except TooManyRowsError as error:
            raise _invalid("since", query.since, str(error), "choose a shorter time or a longer step_s") from None
        except HistoryError:
            message = "The history cannot be read at the moment. Please try again shortly."
            raise ApiError(503, "history_unavailable", message) from None
        return json_response({"rows": [row._asdict() for row in rows]})

    async def benchmarks(self, request: Request) -> Response:
        if request.method != "POST":
            return json_response({"results": self._monitoring.benchmarks.last})
        names = read_names(await read_body(request), self._monitoring.benchmarks.names)
        try:
            return json_response({"results": await self._monitoring.run_benchmarks(names)})
        except RunningError:
            message = "Benchmarks are running already. Please try again shortly."
            raise ApiError(409, "benchmarks_running", message) from None


def read_query(given: Mapping[str, str]) -> Query:
    """The query of the history. Raises `ApiError` 422."""
    for name in given:
        if name not in QUERY:
            raise _invalid(name, given[name], "there is no such field", f"choose from {', '.join(QUERY)}")
    since, until, step_s = (
        _seconds(given, "since", 0.0),
        _seconds(given, "until", LATEST),
        _seconds(given, "step_s", 0.0),
    )
    return Query(given.get("operation", ""), since, until, step_s)


def read_names(body: bytes, known: list[str]) -> list[str]:
    """The benchmarks to run; empty for all. An empty body is an empty object. Raises `ApiError` 400 and 422."""
    try:
        given = read_json(body or b"{}")
    except UnreadableError as error:
        raise ApiError(400, "malformed_request", f"The body cannot be read: {error}.") from None
    if not isinstance(given, dict):
        raise ApiError(400, "malformed_request", "The body is no JSON object.")
    for name in given:
        if name != "only":
            raise _invalid(name, given[name], "there is no such field", "write only, or nothing")
    names = given.get("only", [])
    if not isinstance(names, list) or any(name not in known for name in names):
        raise _invalid("only", names, "not all of it are benchmarks", f"write a list of {', '.join(known)}")
    return list(dict.fromkeys(names))


def _seconds(given: Mapping[str, str], field: str, default: float) -> float:
    text = given.get(field)
    if text is None:
        return default
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LATEST:
        raise _invalid(field, text, "it is no number of seconds", f"choose a number from 0 to {LATEST:.0f}")
    return value


def _invalid(field: str, value: object, message: str, remedy: str) -> ApiError:
    wrong = mistake((field,), value, message, remedy)
    return ApiError(422, "invalid_request", "Correct what is named in errors.", errors=[wrong.told()])
