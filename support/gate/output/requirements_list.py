"""`./accept --requirements`: lists the register, with the state of each requirement in the last verdict."""

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from support.core.errors import UsageError
from support.gate.output.terminal import Paint
from support.gate.selection.criteria import Criteria, read_criteria
from support.gate.selection.register import Requirement, load_register
from support.gate.selection.scope import Scope, own_checks
from support.gate.verdict.against import load_verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import PLANNED, UNCOVERED
from support.systems.protocol import System

WIDTH, INDENT = 132, " " * 17
UNJUDGED = "NOT JUDGED"


def print_requirements(words: Sequence[str], systems: Sequence[System]) -> int:
    """*words* are empty, or the folder of the results. Raises `UsageError` for anything else."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise UsageError(f"--requirements takes only a folder of results; leave out {' '.join(words)}")
    results = Path(*(words or ["results"]))
    criteria = read_criteria(Path.cwd(), load_register(Path()), Scope(suite=True))
    given = [results / "verdict.json", *(results / name / "verdict.json" for name in own_checks(systems))]
    verdicts = [load_verdict(path) for path in given if path.exists() or (words and path is given[0])]
    sys.stdout.write(requirements_list(criteria, verdicts, Paint(sys.stdout)))
    return 0


def requirements_list(criteria: Criteria, verdicts: Sequence[Mapping[str, Any]], paint: Paint) -> str:
    """*verdicts* as in `verdict.json`: none, the last one on the systems, the last one on the suite."""
    judged = {one["id"]: one for verdict in verdicts for one in verdict["requirements"]}
    names = {one["id"]: one["name"] for verdict in verdicts for one in verdict["scenarios"]}
    states = {one.id: _state(one, criteria, judged) for one in criteria.register.values()}
    lines: list[str] = []
    for area, members in groupby(criteria.register.values(), key=lambda one: one.area):
        listed = list(members)
        planned = all(states[one.id] == PLANNED for one in listed)
        lines += ["", paint.strong(f"{area}{' (planned)' if planned else ''}")]
        for one in listed:
            lines += _entry(one, states[one.id], judged.get(one.id, {}), names, paint)
    return "\n".join([*lines, "", *_totals(states, verdicts), ""])


def _state(requirement: Requirement, criteria: Criteria, judged: Mapping[str, Any]) -> str:
    if not any(requirement.id in carried for carried in (criteria.known or {}).values()):
        return PLANNED if requirement.planned else UNCOVERED
    outcome = judged.get(requirement.id, {}).get("outcome", UNJUDGED)
    return outcome if outcome in set(Outcome) else UNJUDGED


def _entry(
    one: Requirement, state: str, judged: Mapping[str, Any], names: Mapping[str, str], paint: Paint
) -> Iterator[str]:
    word = "proven" if state == Outcome.PASSED else state if state in set(Outcome) else state.lower()
    painted = paint.outcome(_colour(state), f"{word:<12}")
    yield f"  {painted} {one.id} {one.title} {paint.faint(one.severity)}"
    if state != PLANNED:
        yield _wrapped(paint.faint(one.value))
    for figure, budget in one.budget.items():
        yield _wrapped(f"budget: {figure} {budget}")
    if state in set(Outcome):
        yield from (_wrapped(f"by {names.get(name, '')} ({name})") for name in judged["scenarios"])
        if judged.get("reason"):
            yield _wrapped(judged["reason"])


def _colour(state: str) -> Outcome:
    if state in set(Outcome):
        return Outcome(state)
    return Outcome.INCONCLUSIVE if state == UNCOVERED else Outcome.NOT_APPLICABLE


def _totals(states: Mapping[str, str], verdicts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    built = [one for one in states.values() if one != PLANNED]
    total = f"{len(built)} requirements are built, {len(states) - len(built)} more are planned"
    proofs = []
    for verdict in verdicts:
        proven = sum(states.get(one["id"]) == Outcome.PASSED == one["outcome"] for one in verdict["requirements"])
        proofs.append(f"{proven} are proven by run {verdict['run']}, whose verdict is {verdict['verdict']}")
    if proofs:
        yield f"{total}; of the built ones {', and '.join(proofs)}"
    else:
        yield f"{total}; there is no verdict yet: ./accept"
    if missing := built.count(UNCOVERED):
        yield f"{missing} of them have no scenario, so the verdict cannot be go"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
