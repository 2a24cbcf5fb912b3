"""Writes the verdict down: verdict.json, held against its schema, summary.md, a line in the history of runs, the trends."""

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
from support.gate.history.runs import Circumstances, Past
from support.gate.history.trend_page import trend_page
from support.gate.history.trends import warnings
from support.gate.output.markdown_summary import digest
from support.gate.verdict.findings import Verdict

SCHEMA = Path(__file__).parents[1] / "verdict.schema.json"


def publish(verdict: Verdict, results: Path, home: Path, under: Circumstances) -> Verdict:
    """Write all of it down, and return the verdict with what the history in *home* warns of.

    `verdict.json` appears whole or not at all. Raises `BrokenHarnessError` if the verdict is not what it should be.
    """
    earlier, complaints = history.read(home / history.FILE)
    run = history.past(verdict.as_json(), under)
    verdict = replace(verdict, warnings=[*warnings(run, earlier), *complaints])
    told = json.loads(json.dumps(verdict.as_json()))
    try:
        jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as trouble:
        raise BrokenHarnessError(
            f"the verdict does not fit its schema at {trouble.json_path}: {trouble.message}"
        ) from None
    draft = results / ".verdict.json"
    draft.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(results / "verdict.json")
    (results / "summary.md").write_text(digest(told), encoding="utf-8")
    history.append(home / history.FILE, told, under)
    trends = draw_trends([*earlier, run], verdict.warnings, results)
    attach_to_the_run(results / "allure-results", "Trends", trends)
    return verdict


def draw_trends(runs: Sequence[Past], told: Sequence[str], results: Path) -> Path:
    """Make `trends.html`; *told* are warnings that stand on top of it."""
    drawn = results / "trends.html"
    drawn.write_text(trend_page(runs, told), encoding="utf-8")
    return drawn


def attach_to_the_run(allure_results: Path, name: str, body: Path) -> None:
    """Show *body* (HTML) in the report beside the run's own attachments, in the form in which Allure's writers leave them."""
    if not allure_results.is_dir():
        return  # nothing was run, so there will be no report
    source = f"{uuid.uuid4()}-attachment.html"
    shutil.copyfile(body, allure_results / source)
    attachment = {"name": name, "source": source, "type": "text/html", "timestamp": int(time.time() * 1000)}
    (allure_results / f"{uuid.uuid4()}-globals.json").write_text(json.dumps({"attachments": [attachment]}))
