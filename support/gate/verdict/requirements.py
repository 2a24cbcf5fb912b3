"""The requirements ledger: requirement -> scenarios -> faults proven -> figures against budgets -> verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

from support.core.amounts import amount
from support.gate.selection.register import Budget, Requirement
from support.gate.selection.terms import Terms
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
APART = (NOT_ASKED, PLANNED)  # of these nothing is said, neither for nor against


def requirement_verdicts(scenarios: Sequence[ScenarioVerdict], terms: Terms) -> list[RequirementVerdict]:
    """One for each requirement of the register, in its order, and for each that only a scenario knows."""
    carried = {name for scenario in scenarios for name in scenario.requirements}
    strangers = {name: Requirement(name, "", "", "normal") for name in sorted(carried - set(terms.register))}
    return [_verdict(one, scenarios, terms) for one in {**terms.register, **strangers}.values()]


def together(outcomes: Sequence[Outcome]) -> Outcome:
    """The worst one; what does not apply weighs nothing beside what passed."""
    applying = [outcome for outcome in outcomes if outcome is not Outcome.NOT_APPLICABLE]
    return min(applying, key=WORST_FIRST.index, default=Outcome.NOT_APPLICABLE)


def _verdict(requirement: Requirement, scenarios: Sequence[ScenarioVerdict], terms: Terms) -> RequirementVerdict:
    asked = [scenario for scenario in scenarios if requirement.id in scenario.requirements]
    wanted = {name for name, carried in (terms.known or {}).items() if requirement.id in carried}
    faults = Counter(
        f"the {fault['target']} {fault['detail']}" for one in asked for fault in one.faults if fault["receipt"]
    )
    budgets = [_held(figure, budget, asked) for figure, budget in requirement.budget.items()]
    whole = terms.known is not None and wanted <= {scenario.id for scenario in asked}
    outcome, reason = _standing(requirement, asked, wanted, faults, budgets, whole=whole)
    return RequirementVerdict(
        id=requirement.id,
        title=requirement.title,
        area=requirement.area,
        severity=requirement.severity,
        outcome=outcome,
        reason=reason,
        scenarios=[scenario.id for scenario in asked],
        faults=dict(faults),
        budgets=budgets,
        figures=[figure for scenario in asked for figure in scenario.figures],
        known_defect=any(one.known_defect for one in asked) and not any(one.failed for one in asked),
    )


def _standing(
    requirement: Requirement,
    asked: Sequence[ScenarioVerdict],
    wanted: set[str],
    faults: Mapping[str, int],
    budgets: Sequence[Row],
    *,
    whole: bool,
) -> tuple[str, str]:
    """Outcome and its reason. What was asked in part only is not blamed for what the rest may have shown."""
    if not asked:
        return _unasked(requirement, wanted)
    outcome = together([one.outcome for one in asked])
    if outcome is not Outcome.PASSED:
        worst = next(one for one in asked if one.outcome is outcome)
        return outcome.value, f"{worst.name}: {worst.reason}"
    if missed := [one for one in budgets if one["kept"] is False]:
        return Outcome.FAILED.value, "; ".join(budget_in_words(one) for one in missed)
    if not whole:
        return Outcome.PASSED.value, f"asked in part: {len(asked)} of {len(wanted)} scenarios" if wanted else ""
    doubts = [f"{one['figure']} was never measured" for one in budgets if one["worst"] is None]
    if not requirement.no_fault and not faults:
        doubts.append("never exercised: none of its scenarios met a fault with a receipt")
    return (Outcome.INCONCLUSIVE if doubts else Outcome.PASSED).value, "; ".join(doubts)


def _unasked(requirement: Requirement, wanted: set[str]) -> tuple[str, str]:
    if wanted:
        return NOT_ASKED, ""
    return (PLANNED, "not built yet") if requirement.planned else (UNCOVERED, "no scenario asks for it")


def budget_in_words(held: Row) -> str:
    """recovery time 31.0 s, budget at most 30.0 s"""
    worst = "not measured" if held["worst"] is None else amount(held["worst"], held["unit"])
    return f"{held['figure']} {worst}, budget {held['bound']}"


def _held(figure: str, budget: Budget, asked: Sequence[ScenarioVerdict]) -> Row:
    sure = [
        scenario for scenario in asked if scenario.outcome is not Outcome.INCONCLUSIVE
    ]  # measured on a machine of our own
    found = [one for scenario in sure for one in scenario.figures if one["name"] == figure]
    values = [one["value"] for one in found if one["unit"] == budget.unit and isinstance(one["value"], int | float)]
    missed = [value for value in values if not budget.keeps(value)]
    worst = (max if budget.at_most is not None else min)(missed or values, default=None)
    kept = None if worst is None else budget.keeps(worst)
    return {"figure": figure, "unit": budget.unit, "bound": str(budget), "worst": worst, "kept": kept}
