"""Figures that a scenario has recorded. Their budgets stand in the register of requirements, under the names of the figures."""

from support.behave_runtime.gherkin import Context, then
from support.reporting.figures import assert_within_budget


@then("{figures:Figures} is within its budget")
@then("{figures:Figures} are within their budgets")
def keeps_budget(_context: Context, figures: list[str]) -> None:
    for name in figures:
        assert_within_budget(name)
