"""What a scenario saw of a cluster, for the report: the operator's view, what applications attempted, and a picture of both."""

from collections.abc import Iterable, Mapping, Sequence

from support.behave_runtime.recording import recording
from support.behave_runtime.stage import Stage
from support.gate.verdict.fault_windows import FaultWindow, fault_windows
from support.gate.verdict.recovery import DEGRADED, DETECTION, RECOVERY
from support.measure.ledger import Fate, Ledger
from support.measure.recovery import Span
from support.reporting.evidence import attach_table, keep_account, show_picture
from support.reporting.tables import when
from support.reporting.timeline import picture
from support.reporting.timeline_model import Answer, Course, Recovery, Shown, Stretch
from support.systems.infrastructure.observers.monitor import Monitor
from support.systems.infrastructure.role_faults import Struck
from support.workload.attempts import Attempt, Attempts

SHOWN = {Fate.CONFIRMED: Shown.ANSWERED, Fate.REFUSED: Shown.REFUSED, Fate.UNKNOWN: Shown.SILENT}


def attach_infrastructure_story(stage: Stage, name: str, *, failed: bool) -> None:
    """Attach to the scenario *name* that has ended, and write down as figures how long applications had to do without.

    To be called when every fault is lifted.
    """
    events = recording().journal.events
    events = events[max(number for number, event in enumerate(events) if event["event"] == "scenario-started") :]
    began = events[0]["at"]
    windows = {_by_role(one, stage.history): one for one in fault_windows(events)}
    for monitor in stage.history:
        if isinstance(monitor, Monitor):
            attach_table("What an operator saw", [{**when(one.at, began), **one.vitals} for one in monitor.sights])
    made = sorted(_attempts(stage.history), key=lambda one: one.began)
    happened = course(name, began, made, windows)
    if happened.faults:
        show_picture("What happened, second by second", picture(happened))
    for recovery in happened.recoveries:
        for what, span in recovery.spans.items():
            _figure(what, span.seconds, resolution=round(span.resolution, 3), fault=recovery.fault)
    for ledger in [prop for prop in stage.history if isinstance(prop, Ledger)][
        -1:
    ]:  # of several looks the last one counts
        keep_account(ledger)
    if failed and made:
        attach_table("What the applications attempted", list(_rows(made, began)))


def course(name: str, began: float, made: Sequence[Attempt], windows: Mapping[str, FaultWindow]) -> Course:
    """*began* is the unix time of the scenario's start; *windows* are by what was broken, in words."""
    return Course(
        name=name,
        arrivals=None,
        faults=[
            Stretch(one.planned_at - began, None if one.lifted_at is None else one.lifted_at - began, _told(fault, one))
            for fault, one in windows.items()
        ],
        answers=[Answer(one.at - began, one.took_s, SHOWN[one.fate]) for one in made],
        recoveries=[found for fault, one in windows.items() if (found := _recovery(one, made, began, fault))],
    )


def _recovery(window: FaultWindow, made: Sequence[Attempt], began: float, fault: str) -> Recovery | None:
    """From a fault to the first answer after the last one that it cost; for a cluster has to recover while it is in force."""
    end = window.lifted_at or max((one.at for one in made), default=0.0)
    cost = [one for one in made if window.planned_at <= one.arrived and one.at <= end and not one.confirmed]
    again = next((one for one in made if cost and one.confirmed and one.began > cost[-1].began), None)
    if again is None:
        return None
    since, first = window.planned_at, cost[0]
    spans = {
        DETECTION: Span(first.arrived - since, first.took_s),
        DEGRADED: Span(again.arrived - first.arrived, first.took_s + again.arrived - cost[-1].at),
        RECOVERY: Span(again.arrived - since, again.arrived - cost[-1].at),
    }
    return Recovery(since - began, again.arrived - began, Shown.ANSWERED.words, fault, fault, spans)


def _by_role(window: FaultWindow, history: Iterable[object]) -> str:
    """What was broken, by what it was rather than by its name: the etcd leader is killed."""
    roles = {prop.target.name: prop.role.value for prop in history if isinstance(prop, Struck)}
    return f"{roles.get(window.target, f'the {window.target}')} {window.detail}"


def _told(fault: str, window: FaultWindow) -> str:
    return fault if window.target in fault else f"{fault} ({window.target})"


def _attempts(history: Iterable[object]) -> list[Attempt]:
    """Each attempt once, in whatever it was put on stage."""
    found: dict[int, Attempt] = {}
    for prop in history:
        for one in prop.made if isinstance(prop, Attempts) else [prop]:
            if isinstance(one, Attempt):
                found[id(one)] = one
    return list(found.values())


def _rows(made: Iterable[Attempt], began: float) -> Iterable[Mapping[str, object]]:
    for one in made:
        yield {
            **when(one.at, began),
            "what": one.what,
            "was": one.fate.value,
            "why": one.why,
            "took": f"{one.took_s:.3f} s",
        }


def _figure(name: str, seconds: float, **more: object) -> None:
    figure = {"name": name, "value": round(seconds, 3), "unit": "s", **more}
    recording().journal.write("figure", scenario=recording().scenario, **figure)
