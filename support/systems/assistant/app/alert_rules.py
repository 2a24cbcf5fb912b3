"""When an alert is raised and cleared: rules over the events, and over the requests of the last seconds."""

import time
from collections.abc import Callable, Iterable, Mapping

from support.systems.assistant.app.alert import Alert, AlertKind
from support.systems.assistant.app.alert_book import AlertBook, Subject
from support.systems.assistant.app.benchmarks import Result
from support.systems.assistant.app.events import (
    AttemptEnded,
    BreakerMoved,
    ConfigurationChanged,
    Event,
    RequestEnded,
    ServiceRefusesUs,
)
from support.systems.assistant.app.model import AlertSettings, BreakerState, Source
from support.systems.assistant.app.window import Window

REFUSES_US = Subject(AlertKind.AI_SERVICE_REFUSES_US)
RATES = (AlertKind.FAILURE_RATE, AlertKind.SLOW_REQUESTS)


class AlertRules:
    """Observes all events; `compare` is called at intervals. *clock* is monotonic, in seconds."""

    def __init__(self, book: AlertBook, settings: AlertSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._book = book
        self.settings = settings
        self._clock = clock
        self._began = clock()
        self._windows: dict[str, Window] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RequestEnded(work=work):
                if (window := self._windows.get(work.operation)) is None:
                    window = self._windows[work.operation] = Window()
                window.add(self._clock(), event.took_s, failed=_failed(event))
            case BreakerMoved():
                self._breaker_moved(event)
            case ServiceRefusesUs(operation=operation):
                message = (
                    "The AI service refuses our key, our address or our model. People get stored and fallback answers."
                )
                self._book.raise_for(REFUSES_US, message, operation=operation)
            case AttemptEnded(error=None):  # the alert may be from before a restart
                self._book.clear(REFUSES_US, "The AI service accepts our calls again.")
            case ConfigurationChanged(after=after):
                self.settings = after.alerts
            case _:
                pass

    def of_breakers(self) -> dict[Subject, Alert]:
        """The active alerts of open breakers."""
        return {subject: self._book.active[subject] for subject in self._book.subjects(AlertKind.BREAKER_OPEN)}

    def compare(self, states: Mapping[str, BreakerState], raised_before: Mapping[Subject, Alert]) -> None:
        """Compare the last seconds with the thresholds, and clear alerts of breakers that others have closed.

        *states* were looked at after the alerts *raised_before*: a breaker that opened during the look may be closed in them.
        """
        for subject, alert in raised_before.items():
            closed = states.get(subject.name, BreakerState.CLOSED) is BreakerState.CLOSED
            if closed and self._book.active.get(subject) is alert:
                self._book.clear(subject, _closed(subject.name))
        earliest = self._clock() - self.settings.window_s
        for window in self._windows.values():
            window.forget(before=earliest)
        self._windows = {operation: window for operation, window in self._windows.items() if len(window)}
        named = set(self._windows)
        if earliest >= self._began:  # else alerts from before a restart wait for something to be seen
            named |= {subject.name for subject in self._book.subjects(*RATES)}
        for operation in sorted(named):
            window = self._windows.get(operation, Window())
            self._compare_failures(operation, window)
            self._compare_times(operation, window)

    def judge(self, results: Iterable[Result]) -> None:
        """Raise an alert for each benchmark that is slower than its baseline, and clear it for each other."""
        for result in results:
            subject = Subject(AlertKind.REGRESSION, result.name)
            limit = result.baseline.median * self.settings.regression_times * result.pace
            times = f"{result.name} takes {result.median * 1e6:.3g} µs, at first {result.baseline.median * 1e6:.3g} µs."
            if result.regression:
                self._book.raise_for(subject, times, value=result.median, threshold=limit)
            else:
                self._book.clear(subject, times, value=result.median)

    def _compare_failures(self, operation: str, window: Window) -> None:
        limit, rate = self.settings.failure_rate, window.failure_rate
        subject = Subject(AlertKind.FAILURE_RATE, operation)
        if rate <= limit:
            self._book.clear(subject, f"{rate:.0%} of requests of {operation} fail.", value=rate)
        elif len(window) >= self.settings.minimum_requests:
            message = f"{rate:.0%} of requests of {operation} fail; the limit is {limit:.0%}."
            self._book.raise_for(subject, message, operation=operation, value=rate, threshold=limit)

    def _compare_times(self, operation: str, window: Window) -> None:
        limit = self.settings.p95_s
        subject = Subject(AlertKind.SLOW_REQUESTS, operation)
        active, exceeds = subject in self._book.active, window.p95_exceeds(limit)
        if active and not exceeds:
            self._book.clear(subject, f"95 % of requests of {operation} take {limit:g} s at most.", value=window.p95_s)
        elif exceeds and not active and len(window) >= self.settings.minimum_requests:
            value = window.p95_s
            message = f"95 % of requests of {operation} take up to {value:.3g} s; the limit is {limit:g} s."
            self._book.raise_for(subject, message, operation=operation, value=value, threshold=limit)

    def _breaker_moved(self, event: BreakerMoved) -> None:
        """Of several instances the one that opened it from closed tells; opening again after a probe is the same crossing."""
        subject = Subject(AlertKind.BREAKER_OPEN, event.operation)
        if event.after is BreakerState.CLOSED:
            self._book.clear(subject, _closed(event.operation))
        elif event.before is BreakerState.CLOSED and event.after is BreakerState.OPEN:
            message = f"{event.operation} no longer uses the AI service ({event.cause}). People get stored and fallback answers."
            self._book.raise_for(subject, message, operation=event.operation)


def _failed(event: RequestEnded) -> bool:
    """The AI service, which was to be asked, gave no answer that could be used. A rejected content is not its failure."""
    return event.source is Source.FALLBACK or (event.source is Source.CACHED and bool(event.errors))


def _closed(operation: str) -> str:
    return f"{operation} uses the AI service again."
