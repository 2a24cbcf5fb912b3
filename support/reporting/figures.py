"""Figures that scenarios measure: told to the journal, shown in the report, held against the register's budgets."""

from support.behave_runtime.recording import recording
from support.core.amounts import amount
from support.core.errors import BrokenHarnessError, InconclusiveError
from support.gate.selection.register import Budget
from support.gate.verdict.budget import as_fields
from support.measure.figure import Figure
from support.measure.host_load import MOST_OF_OTHERS, OTHERS

RATIO = "times"  # of two times: whoever slows the first one down makes it look better
CLOCKED = ("s", "ms", RATIO)  # what depends on the machine's speed


def note(*figures: Figure, **more: object) -> None:
    """The running scenario has measured *figures*, of which the journal tells *more*. Their budgets are taken from the register,
    and from nowhere else.
    """
    for one in figures:
        budget = _budgets().get(one.name)
        if budget is not None and budget.unit != one.unit:
            raise BrokenHarnessError(f'"{one.name}" is measured in {one.unit!r}; its budget is in {budget.unit!r}')
        told = {"name": one.name, "value": round(one.value, 4), "unit": one.unit}
        budgeted = as_fields(budget) if budget else {}
        recording().journal.write("figure", scenario=recording().scenario, **told, **budgeted, **more)


def suite_share(scenario: str, seconds: float) -> None:
    """How much of a scenario's time the suite itself took: preparation, receipts, clean-up."""
    recording().journal.write(
        "figure", scenario=scenario, name="the suite's own share of the time", value=seconds, unit="s"
    )


def measured(name: str) -> float:
    """What the running scenario has measured under *name*, the last time."""
    if (value := _last(name)) is None:
        raise BrokenHarnessError(f'nobody has measured "{name}" in this scenario')
    return value


def must_keep_its_budget(name: str) -> None:
    """Raises `AssertionError` where what was measured under *name* breaks the budget that the register has for it; but
    `InconclusiveError` where others had so much of the processors meanwhile that nothing is known of our own speed.
    """
    if (budget := _budgets().get(name)) is None:
        raise BrokenHarnessError(f'the register has no budget for "{name}"')
    value = measured(name)
    kept = budget.keeps(value)
    if kept and budget.unit != RATIO:
        return
    told = f"{name}: {amount(value, budget.unit)}; the budget is {budget}"
    others = _last(OTHERS)
    if budget.unit in CLOCKED and others is not None and others > MOST_OF_OTHERS:
        raise InconclusiveError(f"{told}; but others took {others:.0f} % of the processors' time meanwhile")
    if not kept:
        raise AssertionError(told)


def _last(name: str) -> float | None:
    scenario = recording().scenario
    for event in reversed(recording().journal.events):
        if event["event"] == "figure" and event["scenario"] == scenario and event["name"] == name:
            return float(event["value"])
    return None


def _budgets() -> dict[str, Budget]:
    return {name: budget for one in recording().register.values() for name, budget in one.budget.items()}
