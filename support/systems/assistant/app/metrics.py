"""Prometheus metrics of each operation, counted from the events, in a registry of their own, so that a reload starts from zero."""

from collections.abc import Iterable, Mapping
from itertools import permutations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest

from support.systems.assistant.app.alert import AlertKind, AlertState
from support.systems.assistant.app.events import (
    AttemptEnded,
    BreakerMoved,
    ConfigurationChanged,
    Event,
    NotPermitted,
    RequestEnded,
)
from support.systems.assistant.app.model import BreakerState, Kind, Source

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0)
SUCCESS, REJECTED = "success", "rejected"
STATES = {BreakerState.CLOSED: 0, BreakerState.HALF_OPEN: 1, BreakerState.OPEN: 2}
NO_CALL = (Kind.BREAKER_OPEN, Kind.BULKHEAD_FULL)
MOST_OPERATIONS = 200  # twice what a configuration may hold; beyond, operations that were removed are forgotten


class Metrics:
    """Observes all events. Operations that no configuration has named get no series: their number is bounded."""

    def __init__(self, operations: Iterable[str] = ()) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = CollectorRegistry()
        self._families = _Families(self._registry)
        self._series: dict[str, _Series] = {}
        self._register(operations)

    def __call__(self, event: Event) -> None:
        match event:
            case RequestEnded(work=work) | AttemptEnded(work=work) | NotPermitted(work=work):
                operation = work.operation
            case BreakerMoved(operation=operation):
                pass
            case ConfigurationChanged(after=after):
                self._register(after.operations)
                return
            case _:
                return
        if series := self._series.get(operation):
            series.count(event)

    def count_alert(self, kind: AlertKind, state: AlertState) -> None:
        self._families.alerts.labels(kind, state).inc()

    def exposition(self, states: Mapping[str, BreakerState]) -> bytes:
        """The page, with the breakers' *states* as of now. Takes 20 ms for 50 operations: call it in a thread."""
        for operation, state in states.items():
            if series := self._series.get(operation):
                series.state.set(STATES[state])
        return generate_latest(self._registry)

    def _register(self, operations: Iterable[str]) -> None:
        present = set(operations)
        for operation in sorted(present - self._series.keys()):
            self._series[operation] = _Series(self._families, operation)
        if len(self._series) > MOST_OPERATIONS:
            for operation in self._series.keys() - present:
                self._families.forget(operation)
                del self._series[operation]


class _Families:
    """The metrics that contract.md lists."""

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, what: str, *labels: str) -> Counter:
            return Counter(f"assistant_{name}", what, labels, registry=registry)

        self.requests = counter("requests", "Requests by what they were answered from", "operation", "outcome")
        self.attempts = counter("attempts", "Calls to the AI service by how they ended", "operation", "outcome")
        self.retries = counter("retries", "Calls to the AI service after the first of a request", "operation")
        self.not_permitted = counter("not_permitted", "Calls that breaker or bulkhead did not permit", "operation")
        self.transitions = counter(
            "breaker_transitions", "Changes of a breaker's state", "operation", "from_state", "to_state"
        )
        self.state = Gauge("assistant_breaker_state", "0 closed, 1 half-open, 2 open", ["operation"], registry=registry)
        self.request_seconds = Histogram(
            "assistant_request_seconds", "Time to answer", ["operation"], registry=registry, buckets=SECONDS
        )
        self.attempt_seconds = Histogram(
            "assistant_attempt_seconds",
            "Time of a call to the AI service",
            ["operation"],
            registry=registry,
            buckets=SECONDS,
        )
        self.alerts = counter("alerts", "Alerts to the operators", "kind", "state")
        for kind in AlertKind:
            for state in AlertState:
                self.alerts.labels(kind, state)

    def forget(self, operation: str) -> None:
        for family in (
            *(self.requests, self.attempts, self.retries, self.not_permitted, self.transitions),
            *(self.state, self.request_seconds, self.attempt_seconds),
        ):
            family.remove_by_labels({"operation": operation})


class _Series:
    """The series of one operation, looked up once: counting an event takes a few microseconds."""

    def __init__(self, families: _Families, operation: str) -> None:
        outcomes = (*Source, REJECTED)
        self.requests = {outcome: families.requests.labels(operation, outcome) for outcome in outcomes}
        ends = (SUCCESS, *(kind for kind in Kind if kind not in NO_CALL))
        self.attempts = {end: families.attempts.labels(operation, end) for end in ends}
        self.retries = families.retries.labels(operation)
        self.not_permitted = families.not_permitted.labels(operation)
        self.transitions = {
            pair: families.transitions.labels(operation, *pair) for pair in permutations(BreakerState, 2)
        }
        self.state = families.state.labels(operation)
        self.request_seconds = families.request_seconds.labels(operation)
        self.attempt_seconds = families.attempt_seconds.labels(operation)

    def count(self, event: Event) -> None:
        match event:
            case RequestEnded(source=source, took_s=took_s):
                self.requests[source or REJECTED].inc()
                self.request_seconds.observe(took_s)
            case AttemptEnded(attempt=attempt, error=error, took_s=took_s):
                self.attempts[error or SUCCESS].inc()
                self.attempt_seconds.observe(took_s)
                if attempt > 1:
                    self.retries.inc()
            case NotPermitted():
                self.not_permitted.inc()
            case BreakerMoved(before=before, after=after) if before is not after:
                self.transitions[before, after].inc()
            case _:
                pass
