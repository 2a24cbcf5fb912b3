"""Budgets: what keeps them, what is ten times better, and how malformed ones are refused."""

from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT
from support.core.errors import UsageError
from support.gate.selection.register import Budget, load_register
from support.gate.verdict.budget import as_fields, budget_of, with_budget

TIME = Budget("s", at_most=300)
SHARE = Budget("%", at_least=95)


@pytest.mark.parametrize(
    ("budget", "value", "kept", "reached", "times"),
    [
        (TIME, 300, True, False, 1),
        (TIME, 300.1, False, False, 0.9997),
        (TIME, 30, True, True, 10),
        (TIME, 0, True, True, None),
        (SHARE, 95, True, False, 1),
        (SHARE, 94.9, False, False, 0.980),
        (SHARE, 99.5, True, True, 10),
        (SHARE, 100, True, True, None),
        (Budget("a second", at_least=100), 1000, True, True, 10),
        (Budget("times", at_most=1.5, aim=1), 1.2, True, False, 1.25),
        (Budget("%", at_most=1), 5, False, False, 0.2),
    ],
)
def test_a_figure_is_held_against_budget_and_aim(budget, value, kept, reached, times):
    assert (budget.keeps(value), budget.reaches_goal(value)) == (kept, reached)
    assert budget.times_better(value) == (None if times is None else pytest.approx(times, rel=1e-3))


def test_a_figure_carries_its_budget_through_the_journal():
    figure = {"name": "time", "value": 20.0, "unit": "s", **as_fields(TIME)}

    assert budget_of(figure) == Budget("s", at_most=300, aim=30)
    assert with_budget(figure) == ("20.0 s (budget: at most 5 min, 15 times better; aim: 30.0 s, reached)")
    assert "exceeded" in with_budget(figure | {"value": 301.0})


@pytest.mark.parametrize("limit", ["{}", "{at_most: 1}", "{at_most: x, unit: s}", "5"])
def test_a_malformed_budget_is_refused(tmp_path: Path, limit: str):
    path = tmp_path / "features" / "catalog" / "requirements.yml"
    path.parent.mkdir(parents=True)
    path.write_text(f"CAT-PERF-1: {{title: x, value: y, severity: minor, budget: {{time: {limit}}}}}")

    with pytest.raises(UsageError, match="the budget of CAT-PERF-1"):
        load_register(tmp_path)


def test_no_two_requirements_share_the_name_of_a_figure():
    register = load_register(CHECKOUT)
    names = [figure for requirement in register.values() for figure in requirement.budget]

    assert len(names) == len(set(names))
