"""The verdict of a run. Pure: journal, witnesses and terms go in, the verdict comes out.

A run is *go* only if everything that was selected has a finding, everything that applies passed, each requirement was
exercised and kept its budgets, and report and JUnit tell the same story. It ends, in this order: no-go, if a promise was
seen broken; broken, if we cannot be sure of ourselves; unknown, if a question was not really put; go. What the policy
lets pass is told as a remark. One shard of a run is never *go*.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from support.core.journal import Event
from support.gate.selection.policy import PATH, KnownDefect
from support.gate.selection.terms import Terms
from support.gate.verdict.crosscheck import disagreements, doubts_about_the_run, irregularities
from support.gate.verdict.findings import RequirementVerdict, ScenarioVerdict, Verdict
from support.gate.verdict.losses import sums
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.processes import Processes
from support.gate.verdict.recovery import recoveries
from support.gate.verdict.requirements import requirement_verdicts
from support.gate.verdict.result_readers import Witnesses
from support.gate.verdict.scenarios import figures, scenario_verdicts
from support.gate.verdict.verdict_rules import Case, Word, counted, grounds

PARTIAL = "; partial: "


def reach(events: Sequence[Event], witnesses: Witnesses, terms: Terms) -> Verdict:
    started: Event = next((event for event in events if event["event"] == "run-started"), {})
    described: Event = next((event for event in reversed(events) if event["event"] == "run-described"), {})
    processes = Processes(events)
    scenarios = scenario_verdicts(events, started.get("selected", []), processes, terms)
    troubles = [
        *irregularities(events, processes),
        *disagreements(events, scenarios, witnesses, processes),
    ]
    times = [event["at"] for event in events] or [0.0]
    shard = started.get("part")
    conclusion = _conclusion(scenarios, troubles, doubts_about_the_run(events), terms)
    return Verdict(
        run=started.get("run", ""),
        backend=described.get("backend", ""),
        reason=described.get("reason", ""),
        seed=started.get("seed", 0),
        started=times[0],
        duration_s=times[-1] - times[0],
        troubles=troubles,
        scenarios=scenarios,
        figures=figures(event for event in events if not event.get("scenario")),
        workers=started.get("workers", 1),
        **(_as_part(conclusion, shard) if shard else conclusion),
    )


def conclude(verdict: Verdict, doubts: Sequence[str], terms: Terms) -> Verdict:
    """*verdict* with all that follows from its scenarios and troubles."""
    return replace(verdict, **_conclusion(verdict.scenarios, verdict.troubles, doubts, terms))


def _conclusion(
    scenarios: Sequence[ScenarioVerdict], troubles: Sequence[str], doubts: Sequence[str], terms: Terms
) -> dict[str, Any]:
    requirements = requirement_verdicts(scenarios, terms)
    whole = terms.known is not None and set(terms.known) <= {scenario.id for scenario in scenarios}
    word, because = next(grounds(Case(scenarios, requirements, troubles, doubts, terms.policy, whole)))
    asked = counted(requirements, whole=whole)
    if word is Word.GO and terms.known is not None and not whole:
        because += f"{PARTIAL}{asked['requirements']} of {asked['of']} requirements asked"
    return {
        "verdict": word.value[0],
        "exit_code": word.value[1],
        "because": because,
        "counts": dict(Counter(scenario.outcome.value for scenario in scenarios)),
        "asked": asked,
        "remarks": list(_remarks(scenarios, requirements, terms)),
        "requirements": requirements,
        "recoveries": recoveries(scenarios),
        "losses": sums(scenarios),
    }


def _as_part(conclusion: dict[str, Any], shard: Event) -> dict[str, Any]:
    """However well it went, a shard says nothing of the whole."""
    because = conclusion["because"].partition(PARTIAL)[0]
    word = Word.PART.value[0] if conclusion["verdict"] == Word.GO.value[0] else conclusion["verdict"]
    return conclusion | {"verdict": word, "because": f"shard {shard['number']} of {shard['of']}: {because}"}


def _remarks(
    scenarios: Sequence[ScenarioVerdict], requirements: Sequence[RequirementVerdict], terms: Terms
) -> Iterator[str]:
    """What the policy excuses, and what in the policy itself wants tidying up."""
    for defect in terms.policy.known_defects:
        outcomes = _asked(defect, scenarios, requirements)
        if not defect.holds(terms.today):
            yield f"the known defect of {defect.id} expired on {defect.until}; it counts in full ({defect.owner}: {defect.reason})"
        elif outcomes & {Outcome.FAILED.value, Outcome.FLAKY.value}:
            yield f"{defect.id} failed: {defect}"
        elif outcomes == {Outcome.PASSED.value}:
            yield f"the known defect of {defect.id} is fixed: remove it from {PATH}"
    let_pass = [one for one in scenarios if one.failed and one.severity not in terms.policy.must_pass]
    yield from (f"{one.id} failed; {PATH} lets {one.severity} ones pass" for one in let_pass)
    for one in requirements:
        if one.missed_budgets and one.outcome == Outcome.FAILED.value:
            yield f"{one.id} missed a budget: {one.reason}"


def _asked(
    defect: KnownDefect, scenarios: Sequence[ScenarioVerdict], requirements: Sequence[RequirementVerdict]
) -> set[str]:
    return {one.outcome.value for one in scenarios if one.id == defect.id or defect.id in one.requirements} or {
        one.outcome for one in requirements if one.id == defect.id
    }
