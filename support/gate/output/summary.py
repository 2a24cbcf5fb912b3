"""The verdict in the terminal: to be read in ten seconds."""

import statistics
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from support.core.amounts import span
from support.gate.output.terminal import Paint
from support.gate.output.verdict_lines import facts
from support.gate.verdict.budget import held_against_budget
from support.gate.verdict.findings import ScenarioVerdict, Verdict
from support.gate.verdict.outcome import Outcome

COLOUR = {
    "go": Outcome.PASSED,
    "part": Outcome.NOT_APPLICABLE,
    "no-go": Outcome.FAILED,
    "unknown": Outcome.INCONCLUSIVE,
    "broken": Outcome.BROKEN,
}
SLOWEST = 3
SHOWN = 10
LABEL = 14
WIDTH = 132


def summary(verdict: Verdict, report: str, paint: Paint) -> str:
    """*report* says where the report lies, or how to get it."""
    word = paint.outcome(COLOUR[verdict.verdict], f" {verdict.verdict.upper()} ")
    lines = [f"\n{word} {verdict.because}\n"]
    open_ends = [one for one in verdict.scenarios if one.outcome is not Outcome.PASSED]
    for one in sorted(open_ends, key=lambda one: list(Outcome).index(one.outcome))[:SHOWN]:
        word = "KNOWN DEFECT" if one.known_defect else one.outcome.value
        lines.append(f"  {paint.outcome(one.outcome, f'{word:<{LABEL}}')}{one.name}")
        lines.append(_wrapped(paint.faint(one.id), one.reason))
    if len(open_ends) > SHOWN:
        lines.append(_line("", f"and {len(open_ends) - SHOWN} more, in the report"))
    lines += [_line("trouble", trouble) for trouble in verdict.troubles]
    lines += [_line("warning", warning) for warning in verdict.warnings]
    lines += [""] if open_ends or verdict.troubles or verdict.warnings else []
    lines += [_line(label, text) for label, text in _facts(verdict, report) if text]
    return "\n".join(lines)


def _facts(verdict: Verdict, report: str) -> Iterator[tuple[str, str]]:
    total = len(verdict.scenarios)
    counts = ", ".join(f"{verdict.counts[one]} {one}" for one in Outcome if one in verdict.counts)
    yield "scenarios", f"{counts} of {total} in {span(verdict.duration_s)}" if total else ""
    faults = [fault for one in verdict.scenarios for fault in one.faults]
    yield (
        "faults",
        f"{len(faults)} brought about, {sum(fault['receipt'] for fault in faults)} with receipt" if faults else "",
    )
    yield from facts(verdict.as_json())
    yield "speed", _speed(verdict)
    yield "slowest", "; ".join(f"{span(one.duration_s)} {one.name}" for one in _slowest(verdict.scenarios))
    yield "measured", _measured(verdict)
    backend = f"{verdict.backend} ({verdict.reason})" if verdict.reason else verdict.backend
    yield "backend", backend
    yield "seed", f"{verdict.seed}; again with -D seed={verdict.seed}" if verdict.seed else ""
    yield "report", report


def _speed(verdict: Verdict) -> str:
    """What several workers had to do, held against the time in which they did it, starts and ends included."""
    if verdict.workers == 1 or not verdict.duration_s:
        return ""
    work_s = sum(one.duration_s for one in verdict.scenarios) * verdict.repeats
    ratio = work_s / verdict.duration_s
    return (
        f"{verdict.workers} workers did {span(work_s)} of scenarios in {span(verdict.duration_s)} ({ratio:.1f} times)"
    )


def _slowest(scenarios: Sequence[ScenarioVerdict]) -> list[ScenarioVerdict]:
    return sorted(scenarios, key=lambda one: one.duration_s, reverse=True)[:SLOWEST] if len(scenarios) > SLOWEST else []


def _measured(verdict: Verdict) -> str:
    """The run's own figures, the largest of its processes, and the middle of each that ten scenarios or more have in common."""
    largest: dict[str, dict[str, Any]] = {}
    for figure in verdict.figures:
        if figure["name"] not in largest or figure["value"] > largest[figure["name"]]["value"]:
            largest[figure["name"]] = figure
    parts = [f"{name} {held_against_budget(figure)}" for name, figure in largest.items()]
    shared: dict[str, list[dict[str, Any]]] = {}
    for figure in (figure for one in verdict.scenarios for figure in one.figures if "fault" not in figure):
        shared.setdefault(figure["name"], []).append(figure)
    for name, figures in shared.items():
        values = [figure["value"] for figure in figures if isinstance(figure["value"], int | float)]
        if len(values) >= 10:
            middle = {"value": statistics.median(values), "unit": figures[0]["unit"]}
            parts.append(f"{name} {held_against_budget(middle)} a scenario (median)")
    return ", ".join(parts)


def _line(label: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"  {label:<{LABEL}}", subsequent_indent=" " * (LABEL + 2))


def _wrapped(place: str, reason: str) -> str:
    indent = " " * (LABEL + 2)
    return textwrap.indent(f"{place}\n{textwrap.fill(' '.join(reason.split()), WIDTH - len(indent))}", indent)
