"""The kill matrix as one page that opens from disk: a row for each variant, a column for each requirement."""

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from support.core.amounts import span
from support.core.templates import render
from support.gate.mutation.kill_matrix import KillMatrix
from support.gate.mutation.trial import TrialResult
from support.gate.selection.scenarios import Selected

TEMPLATE = Path(__file__).with_suffix(".html")


def kill_matrix_page(scenarios: Sequence[Selected], matrix: KillMatrix) -> str:
    """*scenarios* are all that were selected."""
    requirements = sorted({name for scenario in scenarios for name in scenario.requirements})
    by_requirement = {name: {one.id for one in scenarios if name in one.requirements} for name in requirements}
    results = sorted(matrix.results, key=lambda one: one.trial.breaks)
    return render(
        TEMPLATE,
        killed=sum(result.killed for result in matrix.mistakes),
        tried=len(matrix.mistakes),
        clauses=[(name, list(own)) for name, own in groupby(matrix.clauses, key=lambda one: one.clause.heading)],
        gaps=matrix.by_heading().items(),
        requirements=requirements,
        rows=[(result, [_cell(result, name, by_requirement[name]) for name in requirements]) for result in results],
        span=span,
    )


def _cell(result: TrialResult, requirement: str, scenarios: set[str]) -> dict[str, str]:
    """Class and text; empty if none of the requirement's *scenarios* was run."""
    trial = result.trial
    run = scenarios & {*trial.own, *trial.bystanders}
    if not run:
        return {}
    red = len(run & {*result.red, *result.strays})
    own = requirement in trial.breaks and not trial.control
    kind = ("red" if own else "stray") if red else ("missed" if own else "green")
    return {"kind": kind, "text": f"{red}/{len(run)}" if own or red else "\N{MIDDLE DOT}"}
