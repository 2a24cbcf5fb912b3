"""Mistakes with alerts: whom they wake, how often, and what is lost."""

import asyncio
import math
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import alert_rules
from support.systems.assistant.app.alert import Alert, AlertKind
from support.systems.assistant.app.alert_book import AlertBook, Subject
from support.systems.assistant.app.alert_delivery import AlertDelivery
from support.systems.assistant.app.alert_rules import AlertRules
from support.systems.assistant.app.alerts import Alerts
from support.systems.assistant.app.events import AttemptEnded, BreakerMoved, Event, RequestEnded, ServiceRefusesUs
from support.systems.assistant.app.model import BreakerState
from support.systems.assistant.app.monitoring import Monitoring
from support.systems.assistant.app.orchestrator import Orchestrator
from support.systems.assistant.app.window import Window
from support.systems.patched_variants import Patch, breaks, leaves_sound

_compare = AlertRules.compare


@breaks("RES-METRIC-2")
def every_instance_alerts(patch: Patch) -> None:
    """Each instance alerts for a breaker that it sees open, whoever has opened it."""

    def compare(self: AlertRules, states: Mapping[str, BreakerState], raised_before: Mapping[Subject, Alert]) -> None:
        _compare(self, states, raised_before)
        for operation, state in states.items():
            if state is BreakerState.OPEN:
                self._book.raise_for(Subject(AlertKind.BREAKER_OPEN, operation), "It is open.", operation=operation)

    patch(AlertRules, "compare", compare)


@breaks("RES-METRIC-2")
def each_failed_test_alerts(patch: Patch) -> None:
    """A test that fails is an opening like any other, so that engineers are called twice a minute throughout an outage."""
    sound = AlertRules._breaker_moved

    def breaker_moved(self: AlertRules, event: BreakerMoved) -> None:
        if event.before is BreakerState.HALF_OPEN and event.after is BreakerState.OPEN:
            self._book.active.pop(Subject(AlertKind.BREAKER_OPEN, event.operation), None)
            event = replace(event, before=BreakerState.CLOSED)
        sound(self, event)

    patch(AlertRules, "_breaker_moved", breaker_moved)


@breaks("RES-METRIC-2")
def clears_only_what_it_closed_itself(patch: Patch) -> None:
    """An alert stays for ever if another instance has found that the service is well again."""

    patch(AlertRules, "compare", lambda self, states, _raised_before: _compare(self, states, {}))


@breaks("RES-METRIC-2")
def older_states_clear_newer_alerts(patch: Patch) -> None:
    """An alert is cleared by a state that was looked at before the breaker opened."""

    async def compare(self: Monitoring) -> None:
        before: Mapping[str, BreakerState] = {}
        while True:
            states = await self._states()
            await asyncio.sleep(self._every_s)
            self._rules.compare(before, self._rules.of_breakers())
            before = states
            await self.history.write()

    patch(Monitoring, "_compare", compare)


@breaks("RES-METRIC-2")
def openings_alert_nobody(patch: Patch) -> None:
    """Changes of breakers are counted, and nobody is told."""
    patch(AlertRules, "_breaker_moved", lambda _self, _event: None)


@breaks("RES-METRIC-2", "RES-METRIC-4", spills=("RES-METRIC-3",))
def clears_with_another_id(patch: Patch) -> None:
    """The end of an alert cannot be matched with it, so it is never closed at the operators' side."""
    sound = AlertBook.clear

    def clear(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        if raised := self.active.get(subject):
            self.active[subject] = replace(raised, id=str(uuid.uuid4()))
        sound(self, subject, message, **more)

    patch(AlertBook, "clear", clear)


@breaks("RES-METRIC-4")
def alerts_at_each_look(patch: Patch) -> None:
    """As long as the figure is beyond its limit, each comparison calls somebody."""
    sound = AlertBook.raise_for

    def raise_for(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        if subject.kind in alert_rules.RATES:
            self.active.pop(subject, None)
        sound(self, subject, message, **more)

    patch(AlertBook, "raise_for", raise_for)


@breaks("RES-METRIC-4")
def alerts_of_a_handful_of_requests(patch: Patch) -> None:
    """The minimum of requests is not looked at: a single failure at night is 100 %."""

    def compare(self: AlertRules, *arguments: Any) -> None:
        self.settings = replace(self.settings, minimum_requests=1)
        _compare(self, *arguments)

    patch(AlertRules, "compare", compare)


@breaks("RES-METRIC-4")
def alerts_at_the_limit(patch: Patch) -> None:
    """What is allowed at most is alerted of already."""

    def failure_rate(self: Window) -> float:
        return self._failed / len(self._requests) + 1e-9 if self._failed else 0.0

    patch(Window, "failure_rate", property(failure_rate))


@breaks("RES-METRIC-4")
def one_slow_answer_alerts(patch: Patch) -> None:
    """The slowest answer is compared with the limit of the 95th percentile."""

    def p95_exceeds(self: Window, limit_s: float) -> bool:
        return any(took_s > limit_s for _, took_s, _ in self._requests)

    patch(Window, "p95_exceeds", p95_exceeds)


@breaks("RES-METRIC-4")
def one_rate_for_all_operations(patch: Patch) -> None:
    """The healthy operations hide the one that fails."""
    sound = AlertRules.__call__

    def observe(self: AlertRules, event: Event) -> None:
        if isinstance(event, RequestEnded):
            event = replace(event, work=replace(event.work, operation="summarize"))
        sound(self, event)

    patch(AlertRules, "__call__", observe)


@breaks("RES-METRIC-4")
def averages_since_the_start(patch: Patch) -> None:
    """The rate is over all requests since the start, so an outage is noticed late, and its end hardly ever."""
    patch(Window, "forget", lambda _self, *, before: None)  # noqa: ARG005


@breaks("RES-METRIC-4")
def compares_every_ten_seconds(patch: Patch) -> None:
    """Thresholds are compared on a schedule of their own, which is far too slow."""

    async def compare(self: Monitoring) -> None:
        while True:
            for _ in range(50):
                await asyncio.sleep(0.2)
                await self.history.write()
            self._rules.compare(await self._states(), self._rules.of_breakers())

    patch(Monitoring, "_compare", compare)


@breaks("RES-METRIC-4", spills=("RES-METRIC-2", "RES-METRIC-3"))
def alerts_do_not_say_which_limit(patch: Patch) -> None:
    """The alert has a text alone: how bad it is has to be looked up."""
    sound = AlertBook.raise_for

    def raise_for(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        sound(self, subject, message, **{**more, "value": None, "threshold": None})

    patch(AlertBook, "raise_for", raise_for)


@breaks("RES-METRIC-4")
def alerts_are_sent_once(patch: Patch) -> None:
    """What the webhook does not receive at once is lost."""
    sound = AlertDelivery._deliver

    async def deliver(self: AlertDelivery, alert: Alert) -> bool:
        if not await sound(self, alert):
            self.waiting.popleft()
        return True

    patch(AlertDelivery, "_deliver", deliver)


@breaks("RES-METRIC-4")
def newest_alert_first(patch: Patch) -> None:
    """Waiting alerts are sent from the wrong end, so that what came last is read as what came first."""
    sound = AlertDelivery._deliver

    async def deliver(self: AlertDelivery, _alert: Alert) -> bool:
        self.waiting.rotate(1)
        return await sound(self, self.waiting[0])

    patch(AlertDelivery, "_deliver", deliver)


@breaks("RES-METRIC-4")
def waiting_alerts_die_with_the_process(patch: Patch) -> None:
    """What waits for the webhook is in memory only; the file says that it was raised, so nobody is told any more."""
    sound = AlertDelivery.put

    def restore(self: Alerts) -> None:
        patch(AlertDelivery, "put", lambda _self, _alert: None)
        sound_restore(self)
        patch(AlertDelivery, "put", sound)

    sound_restore = Alerts._restore
    patch(Alerts, "_restore", restore)


@breaks("RES-METRIC-4", spills=("RES-METRIC-2", "RES-METRIC-3"))
def forgets_active_alerts(patch: Patch) -> None:
    """After a restart nobody remembers what was alerted, so its end is not told."""
    patch(Alerts, "_restore", lambda _self: None)


@breaks("RES-METRIC-4", spills=("RES-METRIC-5",))
def people_wait_for_the_webhook(patch: Patch) -> None:
    """Whoever's request failed waits until the alert of it has been delivered."""
    sound = Orchestrator.answer
    deliveries: list[AlertDelivery] = []
    make = AlertDelivery.__init__

    def init(self: AlertDelivery, *arguments: Any) -> None:
        make(self, *arguments)
        deliveries.append(self)

    async def answer(self: Orchestrator, *arguments: Any) -> Any:
        found = await sound(self, *arguments)
        for _ in range(800):
            if not (found.errors and deliveries[-1].waiting):
                break
            await asyncio.sleep(0.01)
        return found

    patch(AlertDelivery, "__init__", init)
    patch(Orchestrator, "answer", answer)


@breaks("RES-METRIC-4")
def refusals_alert_nobody(patch: Patch) -> None:
    """A key that is no longer valid shows in the health page alone."""
    _without(patch, ServiceRefusesUs)


@breaks("RES-METRIC-4")
def a_refusal_is_never_over(patch: Patch) -> None:
    """The alert stays although the AI service takes our calls again."""
    _without(patch, AttemptEnded)


@breaks("RES-METRIC-4")
def each_refusal_alerts(patch: Patch) -> None:
    """Every call that is refused calls somebody."""
    sound = AlertBook.raise_for

    def raise_for(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        if subject.kind is AlertKind.AI_SERVICE_REFUSES_US:
            self.active.pop(subject, None)
        sound(self, subject, message, **more)

    patch(AlertBook, "raise_for", raise_for)


@breaks("RES-METRIC-4")
def lists_no_alerts(patch: Patch) -> None:
    """Who was not at the webhook cannot see what is active."""
    patch(Alerts, "listing", lambda _self: {"active": [], "recent": []})


@leaves_sound("RES-METRIC-2", "RES-METRIC-4")
def alerts_say_more(patch: Patch) -> None:
    """Values are rounded, and messages have another form."""
    sound = AlertBook.raise_for

    def raise_for(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        value = more.get("value")
        rounded = more if value is None else {**more, "value": math.ceil(value * 1000) / 1000}
        sound(self, subject, f"[assistant] {message}", **rounded)

    patch(AlertBook, "raise_for", raise_for)


@breaks("RES-METRIC-4")
def keeps_listing_what_is_over(patch: Patch) -> None:
    """The list of active alerts grows for ever."""
    patch(Alerts, "listing", lambda self: {"active": list(self.book.recent), "recent": list(self.book.recent)})


@breaks("RES-METRIC-4")
def alerts_of_all_when_one_fails(patch: Patch) -> None:
    """An alert of one operation is raised for every operation, so that nobody knows where to look."""
    sound = AlertBook.raise_for

    def raise_for(self: AlertBook, subject: Subject, message: str, **more: Any) -> None:
        names = (subject.name, "sentiment", "qa") if subject.kind is AlertKind.FAILURE_RATE else (subject.name,)
        for name in names:
            sound(self, replace(subject, name=name), message, **{**more, "operation": name} if len(names) > 1 else more)

    patch(AlertBook, "raise_for", raise_for)


def _without(patch: Patch, kind: type) -> None:
    """The rules do not hear of events of this *kind*."""
    sound = AlertRules.__call__

    def call(self: AlertRules, event: Event) -> None:
        if not isinstance(event, kind):
            sound(self, event)

    patch(AlertRules, "__call__", call)
