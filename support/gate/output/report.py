"""Makes the report: `report.html`, which opens on the verdict, and `evidence.html`, Allure's report of every scenario."""

import json
from pathlib import Path

from support.core.errors import HoldfastError
from support.gate.output.allure_report import NoEvidenceError, build_evidence, places_in
from support.gate.output.evidence import read_evidence
from support.gate.output.verdict_page import Neighbours, verdict_page, with_evidence

FILES = {
    "trends.html": "times and figures of past runs",
    "summary.md": "the verdict for a pull request",
    "verdict.json": "the verdict for programs",
    "journal.jsonl": "each fault, receipt and outcome, in the order of events",
    "logs": "what each part wrote",
}


class NoReportError(HoldfastError):
    """There is nothing to report on."""


def build_report(results: Path, home: Path) -> str:
    """Make the report in *results*, and say where it is; the history of runs is kept in *home*. Raises `NoReportError`."""
    try:
        verdict = json.loads((results / "verdict.json").read_text(encoding="utf-8"))
    except OSError:
        raise NoReportError(f"{results} holds no verdict; run ./accept first") from None
    evidence, lacking, places = "", "", {}
    try:
        page = build_evidence(verdict, results, home)
        evidence, places = page.name, places_in(page, verdict)
    except NoEvidenceError as error:
        lacking = str(error)
    files = {name: what for name, what in FILES.items() if (results / name).exists()}
    shown = read_evidence(results / "allure-results", with_evidence(verdict))
    report = results / "report.html"
    html = verdict_page(verdict, shown, Neighbours(evidence, lacking, places, files))
    report.write_text(html, encoding="utf-8", errors="backslashreplace")
    return f"{report}; each scenario step by step: {results / evidence if evidence else lacking}"
