"""Figures of the journal that carry their budget, and how far they are from it and from the aim."""

from collections.abc import Mapping
from typing import Any

from support.core.amounts import amount
from support.gate.selection.register import Budget


def budget_of(figure: Mapping[str, Any]) -> Budget | None:
    """The budget that a figure of the journal carries; None for one without, or with one in words only."""
    if figure.get("bound") not in ("at_most", "at_least"):
        return None
    return Budget(figure["unit"], aim=figure.get("aim"), **{figure["bound"]: figure["budget"]})


def as_fields(budget: Budget) -> dict[str, object]:
    """What a figure of the journal carries of *budget*."""
    bound = "at_most" if budget.at_least is None else "at_least"
    return {"budget": budget.limit, "bound": bound, "aim": budget.goal}


def held_against_budget(figure: Mapping[str, Any]) -> str:
    """A figure of the journal in words, with its budget and how far it is from it and from the aim, where it has any."""
    told = amount(figure["value"], figure["unit"])
    budget = budget_of(figure)
    if budget is None:
        has_one = figure.get("budget") is not None
        return f"{told} (budget: {amount(figure['budget'], figure['unit'])})" if has_one else told
    better = budget.times_better(figure["value"])
    factor = "" if better is None else f", {better:.3g} times better" if better >= 1 else ", exceeded"
    aim = "reached" if budget.reaches_goal(figure["value"]) else "not reached"
    return f"{told} (budget: {budget}{factor}; aim: {amount(budget.goal, budget.unit)}, {aim})"
