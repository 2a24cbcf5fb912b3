"""The ledger of a run as one page for the report: requirement -> scenarios -> faults proven -> figures -> verdict."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from support.core.amounts import span
from support.gate.output.verdict_lines import facts
from support.gate.verdict.findings import Row
from support.gate.verdict.losses import loss_in_words
from support.gate.verdict.requirements import PLANNED, budget_in_words

NAME = "Ledger: requirements, recovery, losses"
SOURCE, GLOBALS = "ledger-attachment.html", "ledger-globals.json"
TERMS = (
    "detection: from the fault to the first worse answer; degraded: from there to the first better one; recovery: from the lift "
    "of the fault, or a kill, to the first better answer; back to baseline: from the lift to an answer as fresh and as quick "
    "as before. Told are the worst, and what 95% did not exceed; the real time is shorter by less than the resolution."
)
STYLE = """
:root { color-scheme: light dark }
body { font: 14px/1.45 system-ui, sans-serif; margin: 12px }
h2 { font-size: 1.05rem; margin: 1.4em 0 .3em }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 4px 12px 4px 0; border-bottom: 1px solid #8886 }
th { opacity: .75; font-weight: 600 }
.PASSED { color: #2e8b46 } .FAILED { color: #d0342c } .INCONCLUSIVE, .UNCOVERED { color: #b07800 } .BROKEN { color: #a63bc0 }
summary, td:nth-child(2) b { white-space: nowrap }
.small { opacity: .75; font-size: 12px }
"""


def show_ledger(verdict: Mapping[str, Any], allure_results: Path) -> None:
    """Put the page beside Allure's results, as an attachment of the run; written anew each time."""
    if allure_results.is_dir():
        (allure_results / SOURCE).write_text(page(verdict), encoding="utf-8")
        attachment = {"name": NAME, "source": SOURCE, "type": "text/html", "timestamp": int(time.time() * 1000)}
        (allure_results / GLOBALS).write_text(json.dumps({"attachments": [attachment]}), encoding="utf-8")


def page(verdict: Mapping[str, Any]) -> str:
    """*verdict* as in `verdict.json`."""
    parts = [
        f"<p><b>{escape(verdict['verdict'].upper())}:</b> {escape(verdict['because'])}</p>",
        _table((), [[_bold(label), escape(text)] for label, text in facts(verdict)]),
        *_requirements(verdict),
        *_recoveries(verdict["recoveries"]),
        *_losses(verdict),
        *_planned(verdict["requirements"]),
    ]
    return f'<!doctype html><meta charset="utf-8"><style>{STYLE}</style>{"".join(parts)}'


def _requirements(verdict: Mapping[str, Any]) -> Iterator[str]:
    names = {one["id"]: one["name"] for one in verdict["scenarios"]}
    built = [one for one in verdict["requirements"] if one["outcome"] != PLANNED]
    for area, listed in groupby(built, key=lambda one: one["area"]):
        yield f"<h2>Requirements: {escape(area)}</h2>"
        heads = ("requirement", "verdict", "scenarios", "faults proven", "figures against budgets")
        yield _table(heads, [_line(one, names) for one in listed])


def _line(one: Row, names: Mapping[str, str]) -> list[str]:
    outcome = "known defect" if one["known_defect"] else one["outcome"]
    why = f'<div class="small">{escape(one["reason"])}</div>' if one["reason"] else ""
    return [
        f'{_bold(one["id"])} {escape(one["title"])} <span class="small">{escape(one["severity"])}</span>',
        f'<b class="{escape(one["outcome"])}">{escape(outcome)}</b>{why}',
        _folded("scenario", [names.get(name, name) for name in one["scenarios"]]),
        _folded("kind", [f"{what}, {times} times" for what, times in one["faults"].items()]),
        "<br>".join(escape(budget_in_words(held)) for held in one["budgets"]),
    ]


def _recoveries(recoveries: Sequence[Row]) -> Iterator[str]:
    if not recoveries:
        return
    yield "<h2>Measured recovery</h2>"
    yield f'<p class="small">{escape(TERMS)}</p>'
    rows = [
        [
            escape(one["fault"]),
            escape(figure["name"]),
            span(figure["worst"]),
            span(figure["p95"]),
            str(figure["measured"]),
            span(figure["resolution"]),
        ]
        for one in recoveries
        for figure in one["figures"]
    ]
    yield _table(("after", "", "worst", "95% within", "measured", "resolution"), rows)


def _losses(verdict: Mapping[str, Any]) -> Iterator[str]:
    if not verdict["losses"]:
        return
    yield "<h2>Loss ledger</h2>"
    yield "".join(f"<p>{escape(loss_in_words(one))}</p>" for one in verdict["losses"])
    counts = [name for name in verdict["losses"][0] if name != "of"]
    each = [(scenario["name"], ledger) for scenario in verdict["scenarios"] for ledger in scenario["losses"]]
    rows = [[escape(f"{who}: {row['of']}"), *(f"{row[name]:,}" for name in counts)] for who, row in each]
    yield _table(("scenario", *counts), rows)


def _planned(requirements: Iterable[Row]) -> Iterator[str]:
    planned = [one for one in requirements if one["outcome"] == PLANNED]
    if planned:
        yield f"<h2>Planned, not built yet: {len(planned)}. None of it is proven</h2>"
        yield _table(
            ("area", "requirement", ""), [[escape(one[key]) for key in ("area", "id", "title")] for one in planned]
        )


def _folded(noun: str, entries: Sequence[str]) -> str:
    if not entries:
        return ""
    listed = "".join(f"<li>{escape(entry)}</li>" for entry in entries)
    plural = "s" if len(entries) > 1 else ""
    return f"<details><summary>{len(entries)} {noun}{plural}</summary><ul>{listed}</ul></details>"


def _bold(text: str) -> str:
    return f"<b>{escape(text)}</b>"


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """*rows* are HTML."""
    head = "".join(f"<th>{escape(heading)}</th>" for heading in headings)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
