"""Figures of the journal compared with their budget and aim."""

from collections.abc import Mapping
from typing import Any

from support.core.amounts import amount
from support.gate.selection.register import Budget


def budget_of(figure: Mapping[str, Any]) -> Budget | None:
    """The budget of a figure of the journal; None if it has none, or one without a bound."""
    if figure.get("bound") not in ("at_most", "at_least"):
        return None
    return Budget(figure["unit"], aim=figure.get("aim"), **{figure["bound"]: figure["budget"]})


def as_fields(budget: Budget) -> dict[str, object]:
    """The fields of *budget* in a figure of the journal."""
    bound = "at_most" if budget.at_least is None else "at_least"
    return {"budget": budget.limit, "bound": bound, "aim": budget.goal}


def with_budget(figure: Mapping[str, Any]) -> str:
    """The figure as text, with its budget, by how much it is better, and whether it reaches the aim."""
    text = amount(figure["value"], figure["unit"])
    budget = budget_of(figure)
    if budget is None:
        has_one = figure.get("budget") is not None
        return f"{text} (budget: {amount(figure['budget'], figure['unit'])})" if has_one else text
    better = budget.times_better(figure["value"])
    factor = "" if better is None else f", {better:.3g} times better" if better >= 1 else ", exceeded"
    aim = "reached" if budget.reaches_goal(figure["value"]) else "not reached"
    return f"{text} (budget: {budget}{factor}; aim: {amount(budget.goal, budget.unit)}, {aim})"
