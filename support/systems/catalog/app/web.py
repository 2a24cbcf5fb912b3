"""The HTTP interface. Each answer comes from a single snapshot; internal errors are never shown to callers."""

import math
from datetime import datetime
from typing import Any

import msgspec
from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from support.systems.catalog.app.model import Bundle, Catalog, Source
from support.systems.catalog.app.report import RefreshStatus, Report
from support.systems.catalog.app.runtime import Runtime
from support.systems.catalog.app.service import UnavailableError
from support.systems.catalog.app.snapshot import Query

PAGE_LIMIT = 1000
JSON = "application/json"


class Listing(msgspec.Struct, frozen=True):
    """One page of bundles with their source and age. *total* counts all matches."""

    source: Source
    fetched_at: datetime
    age_seconds: float
    stale: bool
    catalog_version: int | None
    total: int
    bundles: list[Bundle]


class Web:
    """The routes of the service. A reload replaces `runtime`."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.stopping = False
        self.app = Starlette(
            routes=[
                Route("/bundles", self.bundles),
                Route("/bundles/{name:path}", self.bundle),
                Route("/sync", self.sync, methods=["POST"]),
                Route("/sync", self.last_sync),
                Route("/health", self.health),
                Route("/health/live", self.live),
                Route("/health/ready", self.ready),
                Route("/metrics", self.metrics),
            ],
            exception_handlers={
                UnavailableError: self._unavailable,
                HTTPException: _http_error,
                Exception: _internal_error,
            },
        )

    async def bundles(self, request: Request) -> Response:
        query = read_query(request)
        catalog = (snapshot := await self.runtime.service.current()).catalog
        total, found = snapshot.search(query)
        return self._answer(catalog, found, total)

    async def bundle(self, request: Request) -> Response:
        catalog = (snapshot := await self.runtime.service.current()).catalog
        bundle = snapshot.find(request.path_params["name"])
        if bundle is None:
            return _error(404, "unknown_bundle", f"There is no bundle named {request.path_params['name']}.")
        return self._answer(catalog, [bundle], 1)

    async def sync(self, _: Request) -> Response:
        report = await self.runtime.service.sync()
        if report is None:
            return _error(
                503, "interrupted", "The service was restarted while it refreshed the catalog. Please ask again."
            )
        return _json(report, _status_of(report))

    async def last_sync(self, _: Request) -> Response:
        report = self.runtime.service.last_report
        if report is None:
            return _error(404, "no_sync_yet", "The catalog has not been refreshed since the service started.")
        return _json(report)

    async def health(self, _: Request) -> Response:
        return _json(await self.runtime.health.check())

    async def live(self, _: Request) -> Response:
        return _json({"status": "alive", "started_at": self.runtime.started_at})

    async def ready(self, _: Request) -> Response:
        """Whether to route traffic here. A failing dependency does not count: the service can still answer from other sources."""
        return _error(503, "stopping", "The service is stopping.") if self.stopping else _json({"status": "ready"})

    async def metrics(self, _: Request) -> Response:
        metrics, snapshot = self.runtime.metrics, self.runtime.service.snapshot
        metrics.age.set(snapshot.catalog.age_s() if snapshot else math.nan)
        return Response(metrics.exposition(), media_type=CONTENT_TYPE_LATEST)

    def _answer(self, catalog: Catalog, bundles: list[Bundle], total: int) -> Response:
        age_s = round(catalog.age_s(), 3)
        stale = age_s > self.runtime.settings.cache_life.total_seconds()
        listing = Listing(catalog.source, catalog.fetched_at, age_s, stale, catalog.version, total, bundles)
        self.runtime.metrics.answers.labels(catalog.source).inc()
        return _json(listing, headers={"Catalog-Source": str(catalog.source), "Age": str(int(age_s))})

    async def _unavailable(self, _: Request, error: Exception) -> Response:
        self.runtime.metrics.answers.labels("none").inc()
        wait_s = error.retry_after_s if isinstance(error, UnavailableError) else 1
        body = {
            "error": "catalog_unavailable",
            "message": "Our travel bundles cannot be shown at the moment. Please try again shortly.",
            "retry_after_seconds": wait_s,
        }
        return _json(body, 503, {"Retry-After": str(wait_s)})


def read_query(request: Request) -> Query:
    """The query of a listing. Raises `HTTPException` 400 for an invalid limit or offset."""
    given = request.query_params
    return Query(
        search=given.get("search", ""),
        group=given.get("group") or None,
        country=given.get("country") or None,
        limit=_count(given.get("limit"), "limit", 100, 1, PAGE_LIMIT),
        offset=_count(given.get("offset"), "offset", 0, 0, 10_000_000),
    )


def _count(text: str | None, name: str, default: int, lowest: int, highest: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and lowest <= int(text) <= highest):
        raise HTTPException(400, f"{name} must be a whole number from {lowest} to {highest}.")
    return int(text)


def _status_of(report: Report) -> int:
    return 503 if report.status is RefreshStatus.FAILED else 200


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(body), status, headers, JSON)


def _error(status: int, error: str, message: str) -> Response:
    return _json({"error": error, "message": message}, status)


async def _http_error(_: Request, error: Exception) -> Response:
    status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
    return _error(
        status, {400: "bad_request", 404: "not_found", 405: "method_not_allowed"}.get(status, "error"), detail
    )


async def _internal_error(_: Request, __: Exception) -> Response:
    return _error(500, "internal", "Something went wrong on our side. Please try again shortly.")
