"""Writes the results of a run: verdict.json, validated by its schema, summary.md, a line of the history, the trends."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import jsonschema

from support.core.errors import BrokenHarnessError
from support.gate.history import runs as history
from support.gate.history.runs import Circumstances, RunRecord
from support.gate.history.trend_page import trend_page
from support.gate.history.trends import warnings
from support.gate.output.markdown_summary import markdown_summary
from support.gate.verdict.findings import Row, Verdict

SCHEMA = Path(__file__).parents[1] / "verdict.schema.json"


def publish(verdict: Verdict, results: Path, home: Path, under: Circumstances, suite: Row | None = None) -> Verdict:
    """Write all files, and return the verdict with the warnings from the history in *home*, and with *suite*.

    `verdict.json` is written atomically. Raises `BrokenHarnessError` if the verdict does not match its schema.
    """
    earlier, complaints = history.read(home / history.FILE)
    run = history.record_of(verdict.as_json(), under)
    verdict = replace(verdict, warnings=[*warnings(run, earlier), *complaints], suite=suite)
    content = json.loads(json.dumps(verdict.as_json()))
    try:
        jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        raise BrokenHarnessError(f"the verdict does not fit its schema at {error.json_path}: {error.message}") from None
    draft = results / ".verdict.json"
    draft.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(results / "verdict.json")
    (results / "summary.md").write_text(markdown_summary(content), encoding="utf-8")
    history.append(home / history.FILE, content, under)
    write_trends([*earlier, run], verdict.warnings, results)
    return verdict


def write_trends(runs: Sequence[RunRecord], lines: Sequence[str], results: Path) -> Path:
    """Write `trends.html`, with the *lines* of warnings at its top."""
    page = results / "trends.html"
    page.write_text(trend_page(runs, lines), encoding="utf-8")
    return page
