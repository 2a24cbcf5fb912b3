"""What the report shows of a scenario that has ended: tables, the picture, recovery times and the loss ledger.

The same for every system. A session only translates what is on its stage into `TimelineEvents`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from support.behave_runtime.recording import recording
from support.behave_runtime.stage import Stage
from support.gate.verdict.fault_windows import FaultWindow, fault_windows
from support.gate.verdict.recovery import BASELINE, DEGRADED, DETECTION, RECOVERY
from support.measure.figure import Figure
from support.measure.ledger import Ledger
from support.measure.recovery import MeasuredRecovery, Sample, measure_failover, measure_lift, measure_restart
from support.measure.recovery_clock import ObservedRecovery
from support.reporting.evidence import attach_table, attach_text, record_ledger, show_picture
from support.reporting.figures import record_figures
from support.reporting.tables import when
from support.reporting.timeline import picture
from support.reporting.timeline_model import Answer, Grade, Interval, Recovery, Table, Text, Timeline, TimelineEvents


class Source(Protocol):
    """The session of a system."""

    def timeline_events(self, stage: Stage, began: float) -> TimelineEvents: ...


def report_story(source: Source, stage: Stage, name: str, *, failed: bool) -> None:
    """Attach everything to the scenario *name*, and write its figures to the journal.

    Call it after all faults are lifted: only then is it known how long each was in force.
    """
    scenario_events = recording().journal.events
    scenario_events = scenario_events[
        max(number for number, event in enumerate(scenario_events) if event["event"] == "scenario-started") :
    ]
    began = scenario_events[0]["at"]
    events = source.timeline_events(stage, began)
    for table in events.tables:
        _attach(table, began)
    timeline = timeline_of(name, began, events, fault_windows(scenario_events))
    users = [answer for answer in timeline.answers if answer.by_user]
    if users and events.longest_wait:
        record_figures(Figure(events.longest_wait, max(one.waited_s for one in users), "s"))
    if timeline.faults:
        show_picture("What happened, second by second", picture(timeline))
    for recovery in timeline.recoveries if users else ():
        for what, time in recovery.times.items():
            record_figures(Figure(what, time.seconds, "s"), resolution=round(time.resolution, 3), fault=recovery.fault)
    if ledgers := [one for one in stage.history if isinstance(one, Ledger)]:
        record_ledger(ledgers[-1])  # a later look replaces the earlier ones
    for evidence in events.on_failure() if failed else ():
        _attach(evidence, began)


def timeline_of(name: str, began: float, events: TimelineEvents, windows: Iterable[FaultWindow]) -> Timeline:
    """*windows* are the scenario's faults from the journal."""
    windows = list(windows)
    answers = sorted(events.answers, key=lambda answer: answer.at)
    return Timeline(
        name=name,
        began=began,
        faults=[
            *(Interval(one.planned_at, one.lifted_at, _fault_label(one, events.roles)) for one in windows),
            *(
                Interval(one.at, one.at + one.took_s, f"the {one.target} is killed and started again")
                for one in events.restarts
            ),
        ],
        answers=answers,
        recoveries=[*_measured(events, windows, answers), *map(_observed, events.recoveries)],
        lanes=events.lanes,
        no_answers=events.no_answers,
    )


def _measured(events: TimelineEvents, windows: Iterable[FaultWindow], answers: Sequence[Answer]) -> list[Recovery]:
    """The recoveries that the answers show. If an answer ends the recovery from several lifted faults, the longest counts."""
    samples = [Sample(one.at, one.arrived, one.grade.rank) for one in answers]
    grades = {one.grade.rank: one.grade for one in answers}
    served = max((rank for rank, grade in grades.items() if grade.served), default=events.best.rank)
    last = max((one.at for one in answers), default=0.0)
    found: dict[object, Recovery] = {}
    for window in windows:
        fault = _fault_name(window, events.roles)
        if events.failover:
            failover = measure_failover(samples, window.planned_at, window.lifted_at or last, served)
            if failover:
                found[window.number] = _recovery(failover, grades, window.planned_at, fault, fault)
        elif window.lifted_at is not None:
            lift = measure_lift(samples, window.planned_at, window.lifted_at, events.best.rank)
            if lift and (lift.better not in found or window.lifted_at < found[lift.better].began):
                found[lift.better] = _recovery(lift, grades, window.lifted_at, fault)
    for one in events.restarts:
        killed = f"the {one.target} was killed"
        if restart := measure_restart(samples, one.at, served):
            found[restart.better] = _recovery(restart, grades, one.at, killed, killed)
    return sorted(found.values(), key=lambda recovery: recovery.arrived)


def _recovery(
    measured: MeasuredRecovery,
    grades: Mapping[int, Grade],
    began: float,
    fault: str,
    since: str = "the fault was lifted",
) -> Recovery:
    times = {
        DETECTION: measured.detection,
        DEGRADED: measured.degraded,
        RECOVERY: measured.recovery,
        BASELINE: measured.baseline,
    }
    return Recovery(
        began,
        measured.better.arrived,
        f"{grades[measured.better.rank].words} again",
        since,
        fault,
        {name: time for name, time in times.items() if time},
    )


def _observed(one: ObservedRecovery) -> Recovery:
    began = one.start.at
    return Recovery(began, began + one.time.seconds, one.what, one.start.since, one.fault, {RECOVERY: one.time})


def _fault_name(window: FaultWindow, roles: Mapping[str, str]) -> str:
    """In words, by the role of the target where it has one: the etcd leader is killed."""
    return f"{roles.get(window.target, f'the {window.target}')} {window.detail}"


def _fault_label(window: FaultWindow, roles: Mapping[str, str]) -> str:
    """Role and name: the etcd leader is killed (etcd member 2)."""
    name = _fault_name(window, roles)
    return name if window.target in name else f"{name} ({window.target})"


def _attach(evidence: Table | Text, began: float) -> None:
    if isinstance(evidence, Text):
        attach_text(evidence.name, evidence.text)
    elif evidence.rows:
        rows = [{**({} if row.at is None else when(row.at, began)), **row.columns} for row in evidence.rows]
        attach_table(evidence.name, rows)
