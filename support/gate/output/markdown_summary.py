"""The verdict in Markdown, for the summary of a pipeline or a pull request."""

import html
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from support.core.amounts import span
from support.gate.output.verdict_lines import facts, open_requirements
from support.gate.verdict.outcome import Outcome

SIGNS = {"go": "\N{WHITE HEAVY CHECK MARK}", "no-go": "\N{NO ENTRY}"}
UNDECIDED = "\N{WARNING SIGN}\N{VARIATION SELECTOR-16}"
SHOWN = 20
REASON_LENGTH = 300


def markdown_summary(verdict: Mapping[str, Any]) -> str:
    """*verdict* as in `verdict.json`. What needs attention comes first; what passed is one line."""
    return "\n".join([*_head(verdict), *_requirements(verdict), *_scenarios(verdict), *_foot(verdict)]) + "\n"


def _head(verdict: Mapping[str, Any]) -> Iterator[str]:
    sign = SIGNS.get(verdict["verdict"], UNDECIDED)
    yield f"## {sign} {verdict['verdict'].upper()}: {_plain(verdict['because'])}"
    yield ""
    counts = ", ".join(f"{count} {outcome}" for outcome, count in verdict["counts"].items())
    faults = [fault for scenario in verdict["scenarios"] for fault in scenario["faults"]]
    proven = sum(fault["receipt"] for fault in faults)
    yield f"{counts or 'no scenario'} in {span(verdict['duration_s'])}; {len(faults)} faults, {proven} with receipt"
    for trouble in verdict["troubles"]:
        yield f"- {_plain(trouble)}"
    for warning in verdict.get("warnings", ()):  # an older verdict has none
        yield f"- warning: {_plain(warning)}"


def _requirements(verdict: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield from (f"- {label}: {_plain(text)}" for label, text in facts(verdict))
    yield from _table(
        ("requirement", "outcome", "what it promises", "why"),
        [(one["id"], one["outcome"], one["title"], one["reason"]) for one in open_requirements(verdict)],
    )


def _scenarios(verdict: Mapping[str, Any]) -> Iterator[str]:
    order = [outcome.value for outcome in Outcome]
    not_passed = [one for one in verdict["scenarios"] if one["outcome"] != Outcome.PASSED.value]
    not_passed.sort(key=lambda one: order.index(one["outcome"]))
    yield from _table(
        ("outcome", "scenario", "why"),
        [(_outcome(one), f"{one['name']} ({one['id']})", one["reason"]) for one in not_passed],
    )


def _outcome(scenario: Mapping[str, Any]) -> str:
    return "known defect" if scenario["known_defect"] else str(scenario["outcome"])


def _foot(verdict: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"backend {_plain(verdict['backend'])}, seed {verdict['seed']}, run {verdict['run']}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield ""
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for row in rows[:SHOWN]:
        yield f"| {' | '.join(_plain(cell) for cell in row)} |"
    if len(rows) > SHOWN:
        yield ""
        yield f"and {len(rows) - SHOWN} more, in the report"


def _plain(text: str) -> str:
    """*text* on one line, with the special characters of Markdown and HTML escaped."""
    words = " ".join(text.split())
    cut = words if len(words) <= REASON_LENGTH else f"{words[:REASON_LENGTH]}..."
    return "".join(f"\\{sign}" if sign in "\\`*_[]|#" else sign for sign in html.escape(cut, quote=False))
