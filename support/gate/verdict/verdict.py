"""The verdict of a run. Pure: journal, reported results and criteria in, the verdict out.

A run is *go* only if every selected scenario has a finding, every applicable one passed, each requirement was exercised and
kept its budgets, and report and JUnit agree with the journal. The first that applies decides: no-go, if a promise was broken;
broken, if the harness failed; unknown, if a scenario or the run was inconclusive; go. What the policy excuses becomes a remark.
A single shard is never *go*.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from support.core.journal import Event
from support.gate.selection.criteria import Criteria
from support.gate.selection.policy import PATH, KnownDefect
from support.gate.verdict.clock import duration_s
from support.gate.verdict.crosscheck import disagreements, doubts_about_the_run, irregularities
from support.gate.verdict.findings import RequirementVerdict, ScenarioVerdict, Verdict
from support.gate.verdict.losses import total_losses
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.processes import Processes
from support.gate.verdict.recovery import recoveries
from support.gate.verdict.requirements import requirement_verdicts
from support.gate.verdict.result_readers import ReportedResults
from support.gate.verdict.scenarios import figures, scenario_verdicts
from support.gate.verdict.verdict_rules import Decision, VerdictInput, reasons, requirement_counts

PARTIAL = "; partial: "


def compute_verdict(events: Sequence[Event], reported: ReportedResults, criteria: Criteria) -> Verdict:
    started: Event = next((event for event in events if event["event"] == "run-started"), {})
    described: Event = next((event for event in reversed(events) if event["event"] == "run-described"), {})
    processes = Processes(events)
    scenarios = scenario_verdicts(events, started.get("selected", []), processes, criteria)
    troubles = [
        *irregularities(events, processes),
        *disagreements(events, scenarios, reported, processes),
    ]
    shard = started.get("part")
    conclusion = _conclusion(scenarios, troubles, doubts_about_the_run(events), criteria)
    return Verdict(
        run=started.get("run", ""),
        backend=described.get("backend", ""),
        reason=described.get("reason", ""),
        seed=started.get("seed", 0),
        started=events[0]["at"] if events else 0.0,
        duration_s=duration_s(events),
        troubles=troubles,
        scenarios=scenarios,
        figures=figures(event for event in events if not event.get("scenario")),
        workers=started.get("workers", 1),
        **(_as_part(conclusion, shard) if shard else conclusion),
    )


def conclude(verdict: Verdict, doubts: Sequence[str], criteria: Criteria) -> Verdict:
    """*verdict* with everything recomputed that depends on its scenarios and troubles."""
    return replace(verdict, **_conclusion(verdict.scenarios, verdict.troubles, doubts, criteria))


def _conclusion(
    scenarios: Sequence[ScenarioVerdict], troubles: Sequence[str], doubts: Sequence[str], criteria: Criteria
) -> dict[str, Any]:
    requirements = requirement_verdicts(scenarios, criteria)
    whole = criteria.known is not None and set(criteria.known) <= {scenario.id for scenario in scenarios}
    decision, because = next(reasons(VerdictInput(scenarios, requirements, troubles, doubts, criteria.policy, whole)))
    asked = requirement_counts(requirements, whole=whole)
    if decision is Decision.GO and criteria.known is not None and not whole:
        because += f"{PARTIAL}{asked['requirements']} of {asked['of']} requirements tested"
    return {
        "verdict": decision.value[0],
        "exit_code": decision.value[1],
        "because": because,
        "counts": dict(Counter(scenario.outcome.value for scenario in scenarios)),
        "asked": asked,
        "remarks": list(_remarks(scenarios, requirements, criteria)),
        "requirements": requirements,
        "recoveries": recoveries(scenarios),
        "losses": total_losses(scenarios),
    }


def _as_part(conclusion: dict[str, Any], shard: Event) -> dict[str, Any]:
    """A shard without failures does not make the whole run go."""
    because = conclusion["because"].partition(PARTIAL)[0]
    decision = Decision.PART.value[0] if conclusion["verdict"] == Decision.GO.value[0] else conclusion["verdict"]
    return conclusion | {"verdict": decision, "because": f"shard {shard['number']} of {shard['of']}: {because}"}


def _remarks(
    scenarios: Sequence[ScenarioVerdict], requirements: Sequence[RequirementVerdict], criteria: Criteria
) -> Iterator[str]:
    """What the policy excuses, and which of its entries are out of date."""
    for defect in criteria.policy.known_defects:
        outcomes = _outcomes(defect, scenarios, requirements)
        if not defect.holds(criteria.today):
            yield f"the known defect of {defect.id} expired on {defect.until}; it counts in full ({defect.owner}: {defect.reason})"
        elif outcomes & {Outcome.FAILED.value, Outcome.FLAKY.value}:
            yield f"{defect.id} failed: {defect}"
        elif outcomes == {Outcome.PASSED.value}:
            yield f"the known defect of {defect.id} is fixed: remove it from {PATH}"
    let_pass = [one for one in scenarios if one.failed and one.severity not in criteria.policy.must_pass]
    yield from (f"{one.id} failed; {PATH} lets {one.severity} ones pass" for one in let_pass)
    for one in requirements:
        if one.outcome == Outcome.NOT_APPLICABLE.value and (why := criteria.policy.may_lack_proof.get(one.id)):
            yield f"{one.id} is not proven here, which {PATH} allows: {why}"
        if one.missed_budgets and one.outcome == Outcome.FAILED.value:
            yield f"{one.id} missed a budget: {one.reason.partition(chr(10))[0]}"  # the rest is told with the scenario


def _outcomes(
    defect: KnownDefect, scenarios: Sequence[ScenarioVerdict], requirements: Sequence[RequirementVerdict]
) -> set[str]:
    return {one.outcome.value for one in scenarios if one.id == defect.id or defect.id in one.requirements} or {
        one.outcome for one in requirements if one.id == defect.id
    }
