"""The course of a scenario, read from what steps saw, from the journal's fault windows and from the provider's record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, is_dataclass

from support.gate.verdict.fault_windows import FaultWindow
from support.gate.verdict.recovery import BASELINE, DEGRADED, DETECTION, RECOVERY
from support.measure.recovery import Looked, Measured, measure, measure_kill
from support.measure.recovery_clock import Recovered
from support.reporting.timeline_model import Answer, Course, Recovery, Shown, Stretch
from support.standins.record import RecordedRequest
from support.systems.catalog.actors.operator import Update
from support.systems.catalog.actors.shopper import Visit
from support.systems.harness.actors.caller import Call, CallOutcome, Restart

SOURCES = {"provider": Shown.LIVE, "cache": Shown.SAVED, "backup": Shown.BACKUP}
LEAST_SERVED = max(number for number, shown in enumerate(Shown) if shown.served)
IN_WORDS = {"provider": "live prices", "cache": "saved copy", "backup": "backup"}


def unfolded(history: Iterable[object]) -> Iterator[object]:
    """What steps put on stage, in order, and in place of a collection (a crowd of visits) all that it holds."""
    for prop in history:
        yield prop
        if is_dataclass(prop):
            for field in fields(prop):
                held = getattr(prop, field.name)
                if isinstance(held, tuple):
                    yield from unfolded(held)


def course(
    name: str,
    began: float,
    history: Iterable[object],
    windows: Iterable[FaultWindow],
    requests: Iterable[RecordedRequest],
) -> Course:
    """*began* is the unix time of the scenario's start; only what happened since then is told."""
    seen = list({id(one): one for one in unfolded(history)}.values())  # what was put there twice happened once
    answers = sorted(
        (_answer(one, began) for one in seen if isinstance(one, Visit | Call)), key=lambda answer: answer.at
    )
    requests = [request for request in requests if request.at >= began]
    own = list(windows)
    replaced = [one for one in seen if isinstance(one, Restart)]
    faults = [*(_fault(window, began) for window in own), *(_replacement(one, began) for one in replaced)]
    return Course(
        name=name,
        faults=faults,
        answers=answers,
        recoveries=[
            *_recoveries(own, replaced, answers, began),
            *(_told(one, began) for one in seen if isinstance(one, Recovered)),
        ],
        updates=[_update(one, began) for one in seen if isinstance(one, Update)],
        arrivals=[request.at - began for request in requests],
        waits=_waits(requests, began),
    )


def _answer(one: Visit | Call, began: float) -> Answer:
    if isinstance(one, Call):
        return Answer(
            one.at - began, one.took_s, Shown.ANSWERED if one.outcome is CallOutcome.ANSWERED else Shown.SILENT
        )
    refused = Shown.SILENT if one.status is None else Shown.REFUSED
    shown = SOURCES.get(one.source, Shown.ANSWERED) if one.served else refused
    return Answer(one.at - began, one.waited.total_seconds(), shown)


def _fault(window: FaultWindow, began: float) -> Stretch:
    end = None if window.lifted_at is None else window.lifted_at - began
    return Stretch(window.planned_at - began, end, window.what)


def _replacement(one: Restart, began: float) -> Stretch:
    begin = one.at - began
    return Stretch(begin, begin + one.took_s, f"the {one.target} is killed and started again")


def _update(update: Update, began: float) -> Stretch:
    begin = update.at - began
    source = f", {IN_WORDS.get(update.source, update.source)}" if update.source else ""
    return Stretch(begin, begin + update.took.total_seconds(), f"{update.status.replace('_', ' ')}{source}")


def _waits(requests: Iterable[RecordedRequest], began: float) -> list[Stretch]:
    """When the provider, asked too often, wished to be left alone; wishes that overlap are one."""
    waits: list[Stretch] = []
    for request in requests:
        if request.not_before is not None:
            begin, end = request.at - began, request.not_before - began
            if waits and waits[-1].end is not None and begin <= waits[-1].end:
                begin, end = waits[-1].begin, max(end, waits.pop().end or end)
            waits.append(Stretch(begin, end, f"until {end:.1f} s"))
    return waits


def _recoveries(
    windows: Iterable[FaultWindow], replaced: Iterable[Restart], answers: Sequence[Answer], began: float
) -> list[Recovery]:
    """Where the answers were better once a fault was lifted, or once the service was back; each answer ends the longest."""
    looks = [Looked(one.at, one.at + one.waited, list(Shown).index(one.shown)) for one in answers]
    found: dict[Looked, Recovery] = {}
    for window in windows:
        if window.lifted_at is None:
            continue
        end = window.lifted_at - began
        seen = measure(looks, window.planned_at - began, end)
        if seen and (seen.better not in found or end < found[seen.better].began):
            found[seen.better] = _recovery(seen, end, window.what)
    for one in replaced:
        killed, what = one.at - began, f"the {one.target} was killed"
        if seen := measure_kill(looks, killed, LEAST_SERVED):
            found[seen.better] = _recovery(seen, killed, what, since=what)
    return sorted(found.values(), key=lambda recovery: recovery.answered)


def _told(one: Recovered, began: float) -> Recovery:
    """What somebody has looked out for, beside what the answers tell."""
    begin = one.relief.at - began
    return Recovery(begin, begin + one.span.seconds, one.what, one.relief.since, one.fault, {RECOVERY: one.span})


def _recovery(seen: Measured, began: float, fault: str, since: str = "the fault was lifted") -> Recovery:
    spans = {DETECTION: seen.detection, DEGRADED: seen.degraded, RECOVERY: seen.recovery, BASELINE: seen.baseline}
    return Recovery(
        began,
        seen.better.arrived,
        f"{list(Shown)[seen.better.worth].words} again",
        since,
        fault,
        {name: span for name, span in spans.items() if span},
    )
