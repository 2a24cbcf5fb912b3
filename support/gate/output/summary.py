"""The summary of a verdict in the terminal."""

import statistics
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from support.core.amounts import span
from support.gate.output.terminal import Paint
from support.gate.output.verdict_lines import facts
from support.gate.verdict.budget import with_budget
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
    """*report* is the path of the report, or says how to make it."""
    word = paint.outcome(COLOUR[verdict.verdict], f" {verdict.verdict.upper()} ")
    lines = [f"\n{word} {verdict.because}\n"]
    not_passed = [one for one in verdict.scenarios if one.outcome is not Outcome.PASSED]
    for one in sorted(not_passed, key=lambda one: list(Outcome).index(one.outcome))[:SHOWN]:
        word = "KNOWN DEFECT" if one.known_defect else one.outcome.value
        lines.append(f"  {paint.outcome(one.outcome, f'{word:<{LABEL}}')}{one.name}")
        lines.append(_wrapped(paint.faint(one.id), one.reason))
    if len(not_passed) > SHOWN:
        lines.append(_line("", f"and {len(not_passed) - SHOWN} more, in the report"))
    lines += [_line("trouble", trouble) for trouble in verdict.troubles]
    lines += [_line("warning", warning) for warning in verdict.warnings]
    lines += [""] if not_passed or verdict.troubles or verdict.warnings else []
    lines += [_line(label, text) for label, text in _facts(verdict, report) if text]
    return "\n".join(lines)


def _facts(verdict: Verdict, report: str) -> Iterator[tuple[str, str]]:
    total = len(verdict.scenarios)
    counts = ", ".join(f"{verdict.counts[one]} {one}" for one in Outcome if one in verdict.counts)
    yield "scenarios", f"{counts} of {total} in {span(verdict.duration_s)}" if total else ""
    faults = [fault for one in verdict.scenarios for fault in one.faults]
    yield (
        "faults",
        f"{len(faults)} injected, {sum(fault['receipt'] for fault in faults)} with receipt" if faults else "",
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
    """The total duration of the scenarios compared with the duration of the run, which includes start and stop."""
    if verdict.workers == 1 or not verdict.duration_s:
        return ""
    work_s = sum(one.duration_s for one in verdict.scenarios) * verdict.repeats
    ratio = work_s / verdict.duration_s
    return (
        f"{verdict.workers} workers ran {span(work_s)} of scenarios in {span(verdict.duration_s)} ({ratio:.1f} times)"
    )


def _slowest(scenarios: Sequence[ScenarioVerdict]) -> list[ScenarioVerdict]:
    return sorted(scenarios, key=lambda one: one.duration_s, reverse=True)[:SLOWEST] if len(scenarios) > SLOWEST else []


def _measured(verdict: Verdict) -> str:
    """The figures of the run (the largest of its processes), and the median of each figure that ten or more scenarios measured."""
    largest: dict[str, dict[str, Any]] = {}
    for figure in verdict.figures:
        if figure["name"] not in largest or figure["value"] > largest[figure["name"]]["value"]:
            largest[figure["name"]] = figure
    parts = [f"{name} {with_budget(figure)}" for name, figure in largest.items()]
    shared: dict[str, list[dict[str, Any]]] = {}
    for figure in (figure for one in verdict.scenarios for figure in one.figures if "fault" not in figure):
        shared.setdefault(figure["name"], []).append(figure)
    for name, figures in shared.items():
        values = [figure["value"] for figure in figures if isinstance(figure["value"], int | float)]
        if len(values) >= 10:
            middle = {"value": statistics.median(values), "unit": figures[0]["unit"]}
            parts.append(f"{name} {with_budget(middle)} a scenario (median)")
    return ", ".join(parts)


def _line(label: str, text: str) -> str:
    return textwrap.fill(text, WIDTH, initial_indent=f"  {label:<{LABEL}}", subsequent_indent=" " * (LABEL + 2))


def _wrapped(place: str, reason: str) -> str:
    indent = " " * (LABEL + 2)
    told = "\n".join(textwrap.fill(" ".join(line.split()), WIDTH - len(indent)) for line in reason.splitlines())
    return textwrap.indent(f"{place}\n{told}", indent)
