"""The requirements ledger: requirement -> scenarios -> faults proven -> figures against budgets -> verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

from support.core.amounts import amount
from support.gate.selection.criteria import Criteria
from support.gate.selection.register import Budget, Requirement
from support.gate.verdict.findings import RequirementVerdict, Row, ScenarioVerdict
from support.gate.verdict.outcome import Outcome

WORST_FIRST = (
    Outcome.FAILED,
    Outcome.FLAKY,
    Outcome.BROKEN,
    Outcome.INCONCLUSIVE,
    Outcome.NOT_APPLICABLE,
    Outcome.PASSED,
)
UNCOVERED, NOT_ASKED, PLANNED = "UNCOVERED", "NOT ASKED", "PLANNED"
APART = (NOT_ASKED, PLANNED)  # neither passed nor failed


def requirement_verdicts(scenarios: Sequence[ScenarioVerdict], criteria: Criteria) -> list[RequirementVerdict]:
    """One for each requirement of the register, in its order, and for each that only a scenario carries."""
    carried = {name for scenario in scenarios for name in scenario.requirements}
    unregistered = {name: Requirement(name, "", "", "normal") for name in sorted(carried - set(criteria.register))}
    return [_verdict(one, scenarios, criteria) for one in {**criteria.register, **unregistered}.values()]


def combined_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst one; N/A counts only if there is no other."""
    applying = [outcome for outcome in outcomes if outcome is not Outcome.NOT_APPLICABLE]
    return min(applying, key=WORST_FIRST.index, default=Outcome.NOT_APPLICABLE)


def _verdict(requirement: Requirement, scenarios: Sequence[ScenarioVerdict], criteria: Criteria) -> RequirementVerdict:
    tested = [scenario for scenario in scenarios if requirement.id in scenario.requirements]
    wanted = {name for name, carried in (criteria.known or {}).items() if requirement.id in carried}
    faults = Counter(
        f"the {fault['target']} {fault['detail']}" for one in tested for fault in one.faults if fault["receipt"]
    )
    budgets = [_compared(figure, budget, tested) for figure, budget in requirement.budget.items()]
    whole = criteria.known is not None and wanted <= {scenario.id for scenario in tested}
    outcome, reason = _outcome(requirement, tested, wanted, faults, budgets, whole=whole)
    return RequirementVerdict(
        id=requirement.id,
        title=requirement.title,
        area=requirement.area,
        severity=requirement.severity,
        outcome=outcome,
        reason=reason,
        scenarios=[scenario.id for scenario in tested],
        faults=dict(faults),
        budgets=budgets,
        figures=[figure for scenario in tested for figure in scenario.figures],
        known_defect=any(one.known_defect for one in tested) and not any(one.failed for one in tested),
    )


def _outcome(
    requirement: Requirement,
    tested: Sequence[ScenarioVerdict],
    wanted: set[str],
    faults: Mapping[str, int],
    budgets: Sequence[Row],
    *,
    whole: bool,
) -> tuple[str, str]:
    """Outcome and reason. If only some of its scenarios were run, what the others would have measured is not missed."""
    if not tested:
        return _not_tested(requirement, wanted)
    outcome = combined_outcome([one.outcome for one in tested])
    if outcome is not Outcome.PASSED:
        worst = next(one for one in tested if one.outcome is outcome)
        return outcome.value, f"{worst.name}: {worst.reason}"
    if missed := [one for one in budgets if one["kept"] is False]:
        return Outcome.FAILED.value, "; ".join(budget_in_words(one) for one in missed)
    if not whole:
        return Outcome.PASSED.value, f"tested in part: {len(tested)} of {len(wanted)} scenarios" if wanted else ""
    doubts = [f"{one['figure']} was never measured" for one in budgets if one["worst"] is None]
    if not requirement.no_fault and not faults:
        doubts.append("never exercised: none of its scenarios met a fault with a receipt")
    return (Outcome.INCONCLUSIVE if doubts else Outcome.PASSED).value, "; ".join(doubts)


def _not_tested(requirement: Requirement, wanted: set[str]) -> tuple[str, str]:
    if wanted:
        return NOT_ASKED, ""
    return (PLANNED, "not built yet") if requirement.planned else (UNCOVERED, "no scenario proves it")


def budget_in_words(held: Row) -> str:
    """For example: recovery time 31.0 s, budget at most 30.0 s"""
    worst = "not measured" if held["worst"] is None else amount(held["worst"], held["unit"])
    return f"{held['figure']} {worst}, budget {held['bound']}"


def _compared(figure: str, budget: Budget, tested: Sequence[ScenarioVerdict]) -> Row:
    sure = [
        scenario for scenario in tested if scenario.outcome is not Outcome.INCONCLUSIVE
    ]  # the machine was not too busy to measure
    found = [one for scenario in sure for one in scenario.figures if one["name"] == figure]
    values = [one["value"] for one in found if one["unit"] == budget.unit and isinstance(one["value"], int | float)]
    missed = [value for value in values if not budget.keeps(value)]
    worst = (max if budget.at_most is not None else min)(missed or values, default=None)
    kept = None if worst is None else budget.keeps(worst)
    return {"figure": figure, "unit": budget.unit, "bound": str(budget), "worst": worst, "kept": kept}
