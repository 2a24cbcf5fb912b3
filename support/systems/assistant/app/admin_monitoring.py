"""The routes of monitoring: metrics, alerts, history, benchmarks. Keys are checked by those who mount them."""

import math
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from support.systems.assistant.app.benchmarks import RunningError
from support.systems.assistant.app.history_store import HistoryError, Query, TooManyRowsError
from support.systems.assistant.app.monitoring import Monitoring

JSON = "application/json"
LATEST = 1e12  # unix seconds


class _WrongFieldError(Exception):
    def __init__(self, field: str, value: object, message: str, remedy: str) -> None:
        super().__init__(message)
        self.mistake = {"field": field, "value": value, "message": message, "remedy": remedy}


class AdminMonitoring:
    """*monitoring* returns the current one, which a reload replaces."""

    def __init__(self, monitoring: Callable[[], Monitoring]) -> None:
        self._monitoring = monitoring

    @property
    def routes(self) -> list[BaseRoute]:
        """Those under `/v1/admin`, for which the administrator's key is needed."""
        return [
            Route("/v1/admin/alerts", self.alerts),
            Route("/v1/admin/history", self.history),
            Route("/v1/admin/benchmarks", self.last_benchmarks),
            Route("/v1/admin/benchmarks", self.run_benchmarks, methods=["POST"]),
        ]

    async def metrics(self, _: Request) -> Response:
        return Response(await self._monitoring().exposition(), media_type=CONTENT_TYPE_LATEST)

    async def alerts(self, _: Request) -> Response:
        return _json(self._monitoring().alerts.listing())

    async def history(self, request: Request) -> Response:
        try:
            rows = await self._monitoring().history.find(read_query(request.query_params))
        except _WrongFieldError as wrong:
            return _invalid(request, wrong)
        except TooManyRowsError as error:
            remedy = "choose a shorter time or a longer step_s"
            return _invalid(request, _WrongFieldError("since", request.query_params.get("since"), str(error), remedy))
        except HistoryError:
            return _error(request, 503, "history_unavailable", "The history cannot be read at the moment.")
        return _json({"rows": [row._asdict() for row in rows]})

    async def last_benchmarks(self, _: Request) -> Response:
        return _json({"results": self._monitoring().benchmarks.last})

    async def run_benchmarks(self, request: Request) -> Response:
        monitoring = self._monitoring()
        try:
            names = read_names(await request.body(), monitoring.benchmarks.names)
            return _json({"results": await monitoring.run_benchmarks(names)})
        except (msgspec.DecodeError, RecursionError):
            return _error(request, 400, "malformed_request", "The body is no JSON object.")
        except _WrongFieldError as wrong:
            return _invalid(request, wrong)
        except RunningError:
            return _error(request, 409, "benchmarks_running", "Benchmarks are running already. Please ask again later.")


def read_query(given: Mapping[str, str]) -> Query:
    """The query of the history. Raises `_WrongFieldError`."""
    return Query(
        given.get("operation", ""),
        _number(given, "since", 0.0),
        _number(given, "until", LATEST),
        _number(given, "step_s", 0.0),
    )


def read_names(body: bytes, known: list[str]) -> list[str]:
    """The benchmarks to run; empty for all. Raises `msgspec.DecodeError` and `_WrongFieldError`."""
    given = msgspec.json.decode(body or b"{}")
    if not isinstance(given, dict):
        raise msgspec.DecodeError("no object")
    for field in given.keys() - {"only"}:
        raise _WrongFieldError(field, given[field], "This field is not known.", "leave it out")
    names = given.get("only", [])
    if not isinstance(names, list) or any(name not in known for name in names):
        raise _WrongFieldError("only", names, "Not all are benchmarks.", f"choose of {', '.join(known)}")
    return list(dict.fromkeys(names))


def _number(given: Mapping[str, str], field: str, default: float) -> float:
    text = given.get(field)
    try:
        value = default if text is None else float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LATEST:
        raise _WrongFieldError(field, text, f"{field} is no number of seconds.", "choose a number from 0 up")
    return value


def _json(body: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(body), status, media_type=JSON)


def _invalid(request: Request, wrong: _WrongFieldError) -> Response:
    return _error(request, 422, "invalid_request", str(wrong), errors=[wrong.mistake])


def _error(request: Request, status: int, error: str, message: str, **more: object) -> Response:
    request_id = getattr(request.state, "request_id", "")
    return _json({"error": error, "message": message, "request_id": request_id, **more}, status)
