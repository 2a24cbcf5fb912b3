"""Prometheus metrics in a registry of their own, so that a restart begins at zero. Every series is there from the start."""

from collections.abc import Iterable
from itertools import product

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from starlette.requests import Request
from starlette.responses import Response

from support.systems.tasks.app.server.model import ConflictKind
from support.systems.tasks.app.server.observing import (
    BreakerMoved,
    BreakerState,
    CallOutcome,
    ConflictRecorded,
    EventPublished,
    Happening,
    StoreCalled,
    SubscriberTooSlow,
)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"  # unknown routes and methods: senders choose them, and series must not grow without bound
METHODS = {
    "/api/v1/tasks": ("GET", "POST"),
    "/api/v1/tasks/{id}": ("GET", "PATCH", "DELETE"),
    "/api/v1/batch/sync": ("POST",),
    "/api/v1/conflicts": ("GET",),
    "/api/v1/events": ("GET",),
    "/health": ("GET",),
    "/health/live": ("GET",),
    "/metrics": ("GET",),
    "/ws": ("GET",),
    "/mcp": ("POST",),
    OTHER: (),
}
ONE_TASK = "/api/v1/tasks/"
STATUSES = (200, 201, 204, 400, 404, 412, 413, 422, 426, 428, 429, 500, 503)
MORE_STATUSES = {"/ws": (101,), "/mcp": (202, 406, 415, 421)}
STATUSES_OF_OTHER = (404, 405, 422, 426, 429, 503)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """An observer. *calls* are the names of the calls to the store."""

    def __init__(self, calls: Iterable[str]) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()

        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"tasks_{name}", what, labels, registry=self._registry)

        self._requests = counter("requests", "Requests by route and status", "route", "method", "status")
        self._seconds = Histogram(
            "tasks_request_seconds", "Time to answer", ["route"], registry=self._registry, buckets=SECONDS
        )
        self._calls = counter("store_calls", "Calls to the store by how they ended", "call", "outcome")
        self._moves = counter("breaker_transitions", "Changes of the breaker's state", "to")
        self._events = counter("events", "Events published")
        self._conflicts = counter("conflicts", "Conflicts recorded", "kind")
        self._slow = counter("slow_subscribers", "Subscribers whose connection was closed since they were too slow")
        self.connections = Gauge("tasks_connections", "Open WebSockets", registry=self._registry)
        self._begin(calls)

    def _begin(self, calls: Iterable[str]) -> None:
        for route, methods in METHODS.items():
            self._seconds.labels(route)
            for status in STATUSES_OF_OTHER:
                self._requests.labels(route, OTHER, status)
            for method, status in product(methods, (*STATUSES, *MORE_STATUSES.get(route, ()))):
                self._requests.labels(route, method, status)
        for call in calls:
            for outcome in CallOutcome:
                self._calls.labels(call, outcome)
        for state in BreakerState:
            self._moves.labels(state)
        for kind in ConflictKind:
            self._conflicts.labels(kind)

    def request_done(self, path: str, method: str, status: int, took_s: float) -> None:
        route = route_of(path)
        self._requests.labels(route, method if method in METHODS[route] else OTHER, status).inc()
        self._seconds.labels(route).observe(took_s)

    def __call__(self, happening: Happening) -> None:
        match happening:
            case StoreCalled(call=call, outcome=outcome):
                self._calls.labels(call, outcome).inc()
            case BreakerMoved(after=after):
                self._moves.labels(after).inc()
            case EventPublished():
                self._events.inc()
            case ConflictRecorded(kind=kind):
                self._conflicts.labels(kind).inc()
            case SubscriberTooSlow():
                self._slow.inc()
            case _:
                pass

    async def show(self, _: Request) -> Response:
        return Response(generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE})


def route_of(path: str) -> str:
    if path in METHODS:
        return path
    if path.startswith(ONE_TASK) and "/" not in path[len(ONE_TASK) :]:
        return f"{ONE_TASK}{{id}}"
    return OTHER
