"""Makes the report: one HTML file, from Allure's results, that opens from disk."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from support.core.errors import HoldfastError
from support.gate.output.requirements_page import attach_requirements_page
from support.gate.output.verdict_lines import facts

GENERATOR = Path(__file__).parents[2] / "reporting" / "allure"
GENERATOR_CLI = GENERATOR / "node_modules" / "allure" / "cli.js"
TIME_LIMIT_S = 120
# the generator embeds a visitor counter, which would send data about an outage to a third party
COUNTER = re.compile(
    r'<script async src="https://www\.googletagmanager\.com.*?</script>\s*<script>.*?</script>', re.DOTALL
)


class NoReportError(HoldfastError):
    """The report was not made; the message says how to make it."""


def lacking() -> str:
    """Why no report can be made on this machine, ending with the command that helps; empty if it can be made."""
    install = f"npm ci --prefix {_short(GENERATOR)}"
    if shutil.which("node") is None:
        return f"the report needs Node.js 20 or newer: install it, then: {install}"
    return "" if GENERATOR_CLI.exists() else f"the report generator is not installed: {install}"


def build_report(results: Path, home: Path) -> Path:
    """Make `report.html` in *results*; the history of runs is kept in *home*. Raises `NoReportError`."""
    if why_not := lacking():
        raise NoReportError(f"{why_not} && {_again(results)}")
    with tempfile.TemporaryDirectory() as made:
        environment = {**os.environ, "HOLDFAST_REPORT": json.dumps(_generator_settings(results, home, Path(made)))}
        command = [
            "node",
            str(GENERATOR_CLI),
            "generate",
            "--config",
            str(GENERATOR / "allurerc.mjs"),
            "allure-results",
        ]
        try:
            done = subprocess.run(
                command, cwd=results, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False
            )
        except subprocess.TimeoutExpired:
            raise NoReportError(f"the report took longer than {TIME_LIMIT_S} s; try again: {_again(results)}") from None
        page = Path(made) / "index.html"
        if done.returncode or not page.exists():
            errors = (done.stderr or done.stdout).strip().splitlines()
            raise NoReportError(
                f"the report could not be made ({errors[-1] if errors else 'without an error message'}); see: {_again(results)}"
            )
        html = COUNTER.sub("", page.read_text(encoding="utf-8"))
    if "googletagmanager" in html:
        raise NoReportError("the visitor counter of the report could not be removed, so the report was discarded")
    report = results / "report.html"
    report.write_text(html, encoding="utf-8")
    return report


def _generator_settings(results: Path, home: Path, output: Path) -> dict[str, Any]:
    try:
        verdict = json.loads((results / "verdict.json").read_text(encoding="utf-8"))
    except OSError:
        raise NoReportError(f"{results} holds no verdict; run ./accept first") from None
    attach_requirements_page(verdict, results / "allure-results")
    return {
        "output": str(output),
        "history": str((home / "allure-history.jsonl").absolute()),
        "verdict": verdict["verdict"],
        "because": verdict["because"],
        "backend": ": ".join(part for part in (verdict["backend"], verdict["reason"]) if part),
        "seed": str(verdict["seed"]),
        "run": verdict["run"],
        "facts": {label.capitalize(): text for label, text in facts(verdict)},
    }


def _again(results: Path) -> str:
    return f"{_short(Path(sys.executable))} -m support.gate report {_short(results)}"


def _short(path: Path) -> Path:
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path
