"""Writes the results of a run: verdict.json, validated by its schema, summary.md, the trends, a line of the history."""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import jsonschema

from support.core.errors import BrokenHarnessError
from support.gate.execution.results import write_whole
from support.gate.history import runs as history
from support.gate.history.runs import Circumstances, RunRecord
from support.gate.history.trend_page import trend_page
from support.gate.history.trends import warnings
from support.gate.output.markdown_summary import markdown_summary
from support.gate.verdict.findings import Row, Verdict
from support.gate.verdict.verdict_rules import Decision

SCHEMA = Path(__file__).parents[1] / "verdict.schema.json"


def publish(verdict: Verdict, results: Path, home: Path, under: Circumstances, suite: Row | None = None) -> Verdict:
    """Write all files but the history, and return the verdict with the warnings from the history in *home*, and with *suite*.

    `verdict.json` is written atomically. Raises `BrokenHarnessError` if the verdict does not match its schema.
    """
    earlier, complaints = history.read(home / history.FILE)
    run = history.record_of(verdict.as_json(), under)
    verdict = replace(verdict, warnings=[*warnings(run, earlier), *complaints], suite=suite)
    _written(verdict, results)
    write_trends([*earlier, run], verdict.warnings, results)
    return verdict


def remember(verdict: Verdict, home: Path, under: Circumstances) -> None:
    """Add *verdict* to the history in *home*: last of all, since what cannot be written until then makes it BROKEN."""
    history.append(home / history.FILE, _as_read(verdict), under)


def unwritten(verdict: Verdict, error: OSError, results: Path) -> Verdict:
    """*verdict* as BROKEN, because of the *error* when it, or the report, was to be written to *results*.

    What can be made again is removed; in the room that it leaves the new verdict is written, if there is enough.
    """
    for name in ("verdict.json", "summary.md", "report.html", "evidence.html", "trends.html"):
        (results / name).unlink(missing_ok=True)
    remedy = "free some space there, or say -D results=<another folder>"
    why = f"the results cannot be written to {results} ({error.strerror}); {remedy}"
    because = f"{why}. The verdict would have been {verdict.verdict.upper()}: {verdict.because}"
    word, exit_code = Decision.BROKEN.value
    broken = replace(verdict, verdict=word, exit_code=exit_code, because=because, troubles=[*verdict.troubles, why])
    with suppress(OSError):  # the terminal has it all the same
        _written(broken, results)
    return broken


def _written(verdict: Verdict, results: Path) -> None:
    """Write `verdict.json`, in one go, and `summary.md`."""
    content = _as_read(verdict)
    try:
        jsonschema.validate(content, json.loads(SCHEMA.read_text(encoding="utf-8")))
    except jsonschema.ValidationError as error:
        raise BrokenHarnessError(f"the verdict does not fit its schema at {error.json_path}: {error.message}") from None
    write_whole(results / "verdict.json", json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    write_whole(results / "summary.md", markdown_summary(content))


def _as_read(verdict: Verdict) -> Row:
    """What a reader of `verdict.json` gets."""
    content: Row = json.loads(json.dumps(verdict.as_json()))
    return content


def write_trends(runs: Sequence[RunRecord], lines: Sequence[str], results: Path) -> Path:
    """Write `trends.html`, with the *lines* of warnings at its top."""
    page = results / "trends.html"
    page.write_text(trend_page(runs, lines), encoding="utf-8")
    return page
