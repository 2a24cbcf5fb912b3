"""`./accept --requirements`: the register, and where each requirement stood in the last verdict."""

import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from support.core.errors import UsageError
from support.gate.output.terminal import Paint
from support.gate.selection.register import Requirement, load_register
from support.gate.selection.terms import Terms, read_terms
from support.gate.verdict.against import load_verdict
from support.gate.verdict.outcome import Outcome
from support.gate.verdict.requirements import PLANNED, UNCOVERED
from support.systems.protocol import System

WIDTH, INDENT = 132, " " * 17
UNJUDGED = "NOT JUDGED"


def print_register(words: Sequence[str], _systems: Sequence[System]) -> int:
    """*words*: nothing, or the folder of the results. Raises `UsageError`."""
    if len(words) > 1 or any(word.startswith("-") for word in words):
        raise UsageError(f"--requirements takes nothing but a folder of results; leave out {' '.join(words)}")
    results = Path(*(words or ["results"])) / "verdict.json"
    terms = read_terms(Path.cwd(), load_register(Path()))
    verdict = load_verdict(results) if words or results.exists() else {}
    sys.stdout.write(listing(terms, verdict, Paint(sys.stdout)))
    return 0


def listing(terms: Terms, verdict: Mapping[str, Any], paint: Paint) -> str:
    """*verdict* as in `verdict.json`, or nothing."""
    judged = {one["id"]: one for one in verdict.get("requirements", [])}
    names = {one["id"]: one["name"] for one in verdict.get("scenarios", [])}
    standings = {one.id: _standing(one, terms, judged) for one in terms.register.values()}
    lines: list[str] = []
    for area, members in groupby(terms.register.values(), key=lambda one: one.area):
        listed = list(members)
        planned = all(standings[one.id] == PLANNED for one in listed)
        lines += ["", paint.strong(f"{area}{' (planned)' if planned else ''}")]
        for one in listed:
            lines += _entry(one, standings[one.id], judged.get(one.id, {}), names, paint)
    return "\n".join([*lines, "", *_totals(list(standings.values()), verdict), ""])


def _standing(requirement: Requirement, terms: Terms, judged: Mapping[str, Any]) -> str:
    if not any(requirement.id in carried for carried in (terms.known or {}).values()):
        return PLANNED if requirement.planned else UNCOVERED
    outcome = judged.get(requirement.id, {}).get("outcome", UNJUDGED)
    return outcome if outcome in set(Outcome) else UNJUDGED


def _entry(
    one: Requirement, standing: str, judged: Mapping[str, Any], names: Mapping[str, str], paint: Paint
) -> Iterator[str]:
    word = "proven" if standing == Outcome.PASSED else standing if standing in set(Outcome) else standing.lower()
    painted = paint.outcome(_colour(standing), f"{word:<12}")
    yield f"  {painted} {one.id} {one.title} {paint.faint(one.severity)}"
    if standing != PLANNED:
        yield _wrapped(paint.faint(one.value))
    for figure, budget in one.budget.items():
        yield _wrapped(f"budget: {figure} {budget}")
    if standing in set(Outcome):
        yield from (_wrapped(f"by {names.get(name, '')} ({name})") for name in judged["scenarios"])
        if judged.get("reason"):
            yield _wrapped(judged["reason"])


def _colour(standing: str) -> Outcome:
    if standing in set(Outcome):
        return Outcome(standing)
    return Outcome.INCONCLUSIVE if standing == UNCOVERED else Outcome.NOT_APPLICABLE


def _totals(standings: Sequence[str], verdict: Mapping[str, Any]) -> Iterator[str]:
    built = [one for one in standings if one != PLANNED]
    proven = built.count(Outcome.PASSED.value)
    told = f"{len(built)} requirements are built, {len(standings) - len(built)} more are planned"
    if verdict:
        yield f"{told}; of the built ones {proven} are proven by run {verdict['run']}, which said {verdict['verdict']}"
    else:
        yield f"{told}; there is no verdict yet: ./accept"
    if missing := built.count(UNCOVERED):
        yield f"{missing} of them have no scenario, so that the gate cannot say go"


def _wrapped(text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=INDENT, subsequent_indent=INDENT)
