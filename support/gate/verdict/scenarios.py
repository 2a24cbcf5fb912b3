"""The outcome of each selected scenario, from the journal."""

from collections.abc import Iterable, Sequence

from support.behave_runtime.alike import NOT_RUN
from support.core.journal import Event
from support.gate.selection.criteria import Criteria
from support.gate.verdict.fault_windows import FaultWindow, fault_windows
from support.gate.verdict.findings import Row, ScenarioVerdict
from support.gate.verdict.outcome import Finding, Outcome
from support.gate.verdict.processes import Processes

FIGURE = ("name", "value", "unit", "budget", "bound", "aim", "resolution", "fault")
LEDGER = ("of", "attempted", "confirmed", "refused", "unknown", "kept", "lost", "duplicated", "unexpected", "stale")


def scenario_verdicts(
    events: Sequence[Event], selected: Iterable[Event], processes: Processes, criteria: Criteria
) -> list[ScenarioVerdict]:
    ended = {event["scenario"]: event for event in events if event["event"] == "scenario-ended"}
    windows = fault_windows(events)
    verdicts = []
    for one in selected:
        name = one["id"]
        end = ended.get(name)
        faults = [window for window in windows if window.scenario == name]
        finding = Finding(Outcome(end["outcome"]), end["reason"]) if end else processes.unfinished(name)
        if finding.outcome is Outcome.PASSED and (unproven := [window for window in faults if not window.receipt]):
            finding = Finding(Outcome.INCONCLUSIVE, f"a fault without receipt: {unproven[0]}")
        own = [event for event in events if event.get("scenario") == name]
        verdicts.append(
            ScenarioVerdict(
                **{key: one[key] for key in ("id", "feature", "rule", "name", "requirements", "severity")},
                outcome=finding.outcome,
                reason=finding.reason,
                duration_s=end["duration_s"] if end else 0.0,
                faults=[_fault(window) for window in faults],
                figures=figures(own),
                losses=[{key: event[key] for key in LEDGER} for event in own if event["event"] == "ledger"],
                known_defect=_known_defect(one, criteria) if _failed(finding) else None,
                **{key: end[key] for key in ("failed_at", "missed_times") if end and key in end},
            )
        )
    return verdicts


def figures(events: Iterable[Event]) -> list[Row]:
    return [
        {key: event[key] for key in FIGURE if event.get(key) is not None}
        for event in events
        if event["event"] == "figure"
    ]


def _failed(finding: Finding) -> bool:
    """Examples that were not run, since those before them failed alike, share their excuse."""
    return finding.outcome is Outcome.FAILED or finding.reason.startswith(NOT_RUN)


def _known_defect(selected: Event, criteria: Criteria) -> Row | None:
    names = {selected["id"], *selected["requirements"]}
    holding = (one for one in criteria.policy.known_defects if one.id in names and one.holds(criteria.today))
    known = next(holding, None)
    return known.as_json() if known else None


def _fault(window: FaultWindow) -> Row:
    return {
        "kind": window.kind,
        "target": window.target,
        "detail": window.detail,
        "felt_after_s": window.felt_after_s,
        "in_force_s": window.in_force_s,
        "healed_after_s": window.healed_after_s,
        "receipt": window.receipt,
    }
