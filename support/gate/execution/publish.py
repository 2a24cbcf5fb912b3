"""Writes the results of a run: verdict.json, validated by its schema, summary.md, a line of the history, the trends."""

import json
import shutil
import time
import uuid
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
from support.gate.verdict.findings import Verdict

SCHEMA = Path(__file__).parents[1] / "verdict.schema.json"


def publish(verdict: Verdict, results: Path, home: Path, under: Circumstances) -> Verdict:
    """Write all files, and return the verdict with the warnings from the history in *home*.

    `verdict.json` is written atomically. Raises `BrokenHarnessError` if the verdict does not match its schema.
    """
    earlier, complaints = history.read(home / history.FILE)
    run = history.record_of(verdict.as_json(), under)
    verdict = replace(verdict, warnings=[*warnings(run, earlier), *complaints])
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
    trends = write_trends([*earlier, run], verdict.warnings, results)
    attach_to_report(results / "allure-results", "Trends", trends)
    return verdict


def write_trends(runs: Sequence[RunRecord], lines: Sequence[str], results: Path) -> Path:
    """Write `trends.html`, with the *lines* of warnings at its top."""
    page = results / "trends.html"
    page.write_text(trend_page(runs, lines), encoding="utf-8")
    return page


def attach_to_report(allure_results: Path, name: str, body: Path) -> None:
    """Attach *body* (HTML) to the run in the report, in the format of Allure's own writers."""
    if not allure_results.is_dir():
        return  # no scenario was run, so there is no report
    source = f"{uuid.uuid4()}-attachment.html"
    shutil.copyfile(body, allure_results / source)
    attachment = {"name": name, "source": source, "type": "text/html", "timestamp": int(time.time() * 1000)}
    (allure_results / f"{uuid.uuid4()}-globals.json").write_text(json.dumps({"attachments": [attachment]}))
