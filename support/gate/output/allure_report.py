"""Makes `evidence.html`, the report of every scenario step by step: one file, by Allure's generator, that opens from disk."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from support.core.errors import HoldfastError
from support.gate.output.verdict_lines import facts
from support.gate.selection.scenarios import full_name

GENERATOR = Path(__file__).parents[2] / "reporting" / "allure"
GENERATOR_CLI = GENERATOR / "node_modules" / "allure" / "cli.js"
TIME_LIMIT_S = 120
# the generator embeds a visitor counter, which would send data about an outage to a third party
COUNTER = re.compile(
    r'<script async src="https://www\.googletagmanager\.com.*?</script>\s*<script>.*?</script>', re.DOTALL
)
RESULT = re.compile(
    r'\bd\("data/test-results/[^"]+"\s*,\s*"([^"]*)"'
)  # how the generator embeds the result of a scenario


class NoEvidenceError(HoldfastError):
    """It was not made; the message says how to make it."""


def lacking() -> str:
    """Why no report can be made on this machine, ending with the command that helps; empty if it can be made."""
    install = f"npm ci --prefix {_short(GENERATOR)}"
    if shutil.which("node") is None:
        return f"evidence.html needs Node.js 20 or newer: install it, then: {install}"
    return "" if GENERATOR_CLI.exists() else f"the generator of evidence.html is not installed: {install}"


def build_evidence(verdict: Mapping[str, Any], results: Path, home: Path) -> Path:
    """Make `evidence.html` in *results*, of the run with this *verdict* (as in `verdict.json`). Raises `NoEvidenceError`.

    The history of runs is kept in *home*.
    """
    report = results / "evidence.html"
    report.unlink(missing_ok=True)
    if why_not := lacking():
        raise NoEvidenceError(f"{why_not} && {_again(results)}")
    with tempfile.TemporaryDirectory() as made:
        environment = {**os.environ, "HOLDFAST_REPORT": json.dumps(_generator_settings(verdict, home, Path(made)))}
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
            raise NoEvidenceError(
                f"evidence.html took longer than {TIME_LIMIT_S} s; try again: {_again(results)}"
            ) from None
        page = Path(made) / "index.html"
        if done.returncode or not page.exists():
            errors = (done.stderr or done.stdout).strip().splitlines()
            raise NoEvidenceError(
                f"evidence.html could not be made ({errors[-1] if errors else 'without an error message'}); see: {_again(results)}"
            )
        html = COUNTER.sub("", page.read_text(encoding="utf-8"))
    if "googletagmanager" in html:
        raise NoEvidenceError("the visitor counter in evidence.html could not be removed, so the page was discarded")
    report.write_text(html, encoding="utf-8")
    return report


def places_in(page: Path, verdict: Mapping[str, Any]) -> dict[str, str]:
    """The place of each scenario of *verdict* in `evidence.html`, to link to, by its id."""
    results = (
        msgspec.json.decode(base64.b64decode(body), type=_Result)
        for body in RESULT.findall(page.read_text(encoding="utf-8"))
    )
    found = {result.full_name: result.id for result in results}
    named = {one["id"]: full_name(one["feature"], one["rule"], one["name"]) for one in verdict["scenarios"]}
    return {key: found[name] for key, name in named.items() if name in found}


class _Result(msgspec.Struct, rename="camel"):
    id: str
    full_name: str


def _generator_settings(verdict: Mapping[str, Any], home: Path, output: Path) -> dict[str, Any]:
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
