"""Figures that scenarios measure: written to the journal, and checked against the budgets in the register."""

from support.behave_runtime.recording import recording
from support.core.amounts import amount
from support.core.bounds import FAR, MissedBoundError
from support.core.errors import BrokenHarnessError, InconclusiveError
from support.core.processor_time import MOST_OF_OTHERS
from support.gate.selection.register import Budget
from support.gate.verdict.budget import as_fields
from support.measure.figure import Figure
from support.measure.host_load import OTHERS

RATIO = "times"  # the ratio of two times: slowing the first one down makes it look better
CLOCKED = ("s", "ms", RATIO)  # units of figures that depend on the speed of the machine


def record_figures(*figures: Figure, **more: object) -> None:
    """Write the running scenario's *figures* to the journal, each with the fields *more* and its budget from the register.

    Raises `BrokenHarnessError` if a budget is in another unit.
    """
    for one in figures:
        budget = _budgets().get(one.name)
        if budget is not None and budget.unit != one.unit:
            raise BrokenHarnessError(f'"{one.name}" is measured in {one.unit!r}; its budget is in {budget.unit!r}')
        figure = {"name": one.name, "value": round(one.value, 4), "unit": one.unit}
        budgeted = as_fields(budget) if budget else {}
        recording().journal.write("figure", scenario=recording().scenario, **figure, **budgeted, **more)


def suite_share(scenario: str, seconds: float) -> None:
    """Record how much of a scenario's time the suite itself took: preparation, receipts, clean-up."""
    recording().journal.write(
        "figure", scenario=scenario, name="the suite's own share of the time", value=seconds, unit="s"
    )


def last_measured(name: str) -> float:
    """The latest value of the figure *name* in the running scenario. Raises `BrokenHarnessError` if there is none."""
    if (value := _last(name)) is None:
        raise BrokenHarnessError(f'no step of this scenario has measured "{name}"')
    return value


def assert_within_budget(name: str) -> None:
    """Raises `AssertionError` if the latest value of the figure *name* breaks its budget in the register.

    Raises `InconclusiveError` instead for a time that was measured while other processes kept the machine busy; for a ratio of
    times even if it is within the budget, because load may have improved it.
    """
    if (budget := _budgets().get(name)) is None:
        raise BrokenHarnessError(f'the register has no budget for "{name}"')
    value = last_measured(name)
    kept = budget.keeps(value)
    if kept and budget.unit != RATIO:
        return
    comparison = f"{name}: {amount(value, budget.unit)}; the budget is {budget}"
    others = _last(OTHERS)
    if budget.unit in CLOCKED and others is not None and others > MOST_OF_OTHERS:
        raise InconclusiveError(f"{comparison}; but others took {others:.0f} % of the processors' time meanwhile")
    if not kept:
        better = budget.times_better(value)
        raise MissedBoundError(comparison, 1 / better if better else FAR)


def _last(name: str) -> float | None:
    scenario = recording().scenario
    for event in reversed(recording().journal.events):
        if event["event"] == "figure" and event["scenario"] == scenario and event["name"] == name:
            return float(event["value"])
    return None


def _budgets() -> dict[str, Budget]:
    return {name: budget for one in recording().register.values() for name, budget in one.budget.items()}
