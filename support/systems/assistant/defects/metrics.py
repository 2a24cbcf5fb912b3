"""Mistakes with metrics: what is counted, when, and under which name."""

import asyncio
from dataclasses import replace
from itertools import permutations
from typing import Any

from support.systems.assistant.app import metrics
from support.systems.assistant.app.events import (
    AttemptEnded,
    BreakerMoved,
    ConfigurationChanged,
    Event,
    NotPermitted,
    RequestEnded,
)
from support.systems.assistant.app.metrics import Metrics
from support.systems.assistant.app.model import BreakerState, Kind
from support.systems.patched_variants import Patch, breaks, leaves_sound

_count = metrics._Series.count


@breaks("RES-METRIC-1", "RES-METRIC-5", spills=("RES-METRIC-2", "RES-CONC-1"))
def one_series_for_all_operations(patch: Patch) -> None:
    """Everything is counted under the first operation, so the average hides which of them fails."""
    sound = Metrics.__call__

    def count(self: Metrics, event: Event) -> None:
        if isinstance(event, RequestEnded | AttemptEnded | NotPermitted):
            first = next(iter(self._series))
            sound(self, replace(event, work=replace(event.work, operation=first)))
        else:
            sound(self, event)

    patch(Metrics, "__call__", count)


@breaks("RES-METRIC-1")
def series_begin_with_the_first_event(patch: Patch) -> None:
    """What has not happened yet has no series, so that a first failure is no increase that an alert could see."""
    sound = Metrics.exposition

    def exposition(self: Metrics, states: Any) -> bytes:
        lines = sound(self, states).splitlines(keepends=True)
        return b"".join(line for line in lines if line.startswith(b"#") or not line.rstrip().endswith(b" 0.0"))

    patch(Metrics, "exposition", exposition)


@breaks("RES-METRIC-1")
def new_operations_have_no_metrics(patch: Patch) -> None:
    """Series are made at the start only."""
    sound = Metrics.__call__

    def count(self: Metrics, event: Event) -> None:
        if not isinstance(event, ConfigurationChanged):
            sound(self, event)

    patch(Metrics, "__call__", count)


@breaks("RES-METRIC-5", spills=("RES-METRIC-1", "RES-CONC-1", "RES-PIPE-5"))
def counts_each_attempt_as_a_request(patch: Patch) -> None:
    """The counter stands in the loop of attempts."""

    def count(self: Any, event: Event) -> None:
        _count(self, event)
        if isinstance(event, AttemptEnded) and event.error:
            self.requests["fallback"].inc()

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-5", spills=("RES-CONC-1",))
def counts_each_failure_as_a_retry(patch: Patch) -> None:
    """The last failure of a request, which nothing follows, counts as a retry."""

    def count(self: Any, event: Event) -> None:
        if isinstance(event, AttemptEnded):
            _count(self, replace(event, attempt=1))
            if event.error:
                self.retries.inc()
        else:
            _count(self, event)

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-5", spills=("RES-METRIC-1", "RES-CONC-1"))
def counts_refused_calls_as_attempts(patch: Patch) -> None:
    """A call that an open breaker did not permit is counted as an attempt that failed."""

    def count(self: Any, event: Event) -> None:
        _count(self, event)
        if isinstance(event, NotPermitted):
            self.attempts[Kind.CONNECTION].inc()

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-5")
def does_not_count_time_outs(patch: Patch) -> None:
    """What ends by a time-out leaves the function before it is counted."""

    def count(self: Any, event: Event) -> None:
        if not (isinstance(event, AttemptEnded) and event.error is Kind.TIME_OUT):
            _count(self, event)

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-5", "RES-CONC-1", spills=("RES-METRIC-1",))
def loses_counts_of_the_same_moment(patch: Patch) -> None:
    """A count is read, and written back a moment later: of those that end together only one is kept. One by one all is well."""

    def count(self: Any, event: Event) -> None:
        if not isinstance(event, RequestEnded) or not event.source:
            _count(self, event)
            return
        self.request_seconds.observe(event.took_s)
        counter = self.requests[event.source]
        value = counter._value.get()
        asyncio.get_running_loop().call_later(0.01, counter._value.set, value + 1)

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-5")
def gives_milliseconds(patch: Patch) -> None:
    """Times are observed in milliseconds under a name that says seconds."""

    def count(self: Any, event: Event) -> None:
        if isinstance(event, RequestEnded | AttemptEnded):
            event = replace(event, took_s=event.took_s * 1000)
        _count(self, event)

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-1", spills=("RES-METRIC-5",))
def shows_breakers_as_of_their_last_change(patch: Patch) -> None:
    """The gauge is set at the start, and never again."""
    sound = Metrics.exposition

    def exposition(self: Metrics, states: Any) -> bytes:
        return sound(self, dict.fromkeys(states, BreakerState.CLOSED))

    patch(Metrics, "exposition", exposition)


@breaks("RES-METRIC-2", spills=("RES-CONC-1",))
def counts_only_openings(patch: Patch) -> None:
    """That a service is used again is not counted."""

    def count(self: Any, event: Event) -> None:
        if not (isinstance(event, BreakerMoved) and event.after is BreakerState.CLOSED):
            _count(self, event)

    patch(metrics._Series, "count", count)


@breaks("RES-METRIC-2")
def counts_a_failed_test_as_a_first_failure(patch: Patch) -> None:
    """Each opening counts as one from closed, so that one outage looks like many."""

    def count(self: Any, event: Event) -> None:
        if isinstance(event, BreakerMoved) and event.after is BreakerState.OPEN:
            event = replace(event, before=BreakerState.CLOSED)
        _count(self, event)

    patch(metrics._Series, "count", count)


@leaves_sound("RES-METRIC-1", "RES-METRIC-5", "RES-METRIC-2")
def has_metrics_of_its_own_too(patch: Patch) -> None:
    """Beside those of the contract there are others, with other labels."""
    sound = Metrics.exposition
    more = "".join(
        f'assistant_wins_total{{operation="{one}",pair="{pair[0]}"}} 0.0\n'
        for one in ("summarize", "qa")
        for pair in permutations(("a", "b"))
    )

    def exposition(self: Metrics, states: Any) -> bytes:
        return sound(self, states) + f"# TYPE assistant_wins_total counter\n{more}".encode()

    patch(Metrics, "exposition", exposition)
