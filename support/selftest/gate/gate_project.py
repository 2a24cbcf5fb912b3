"""A small project for each selftest of the gate: feature, steps, hooks; run by the real command."""

import html
import json
import os
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from support.core.checkout import CHECKOUT
from support.environments.programs import find_program

T = TypeVar("T")
REPOSITORY = CHECKOUT
REGISTER = """
CAT-CHAIN-1: {title: The shop is open, value: Shoppers can buy., severity: blocker, no_fault: true}
"""
SETTINGS = """
[behave]
paths = features
"""
STEPS = """
import os, signal, time
from behave import step
from behave.api.pending_step import StepNotImplementedError
from support.core.errors import BrokenHarnessError, InconclusiveError, UsageError


@step("all is well")
def _(context):
    pass


@step("the promise is broken")
def _(context):
    assert False, "the shop is shut"
"""
HOOKS = """
from support.behave_runtime.hooks import install
from support.systems.registry import systems
install(systems())
from behave import fixture, use_fixture
from support.core.errors import BrokenHarnessError, InconclusiveError, UsageError
"""


@dataclass(frozen=True)
class Judged:
    """What the gate left: exit status, output, verdict.json (None if there is none), and the results in Allure and JUnit."""

    exit_code: int
    out: str
    err: str
    verdict: dict[str, Any] | None
    allure: dict[str, tuple[str, str, str]]  # scenario's name: status, outcome label, message
    junit: Counter[str]

    @property
    def outcomes(self) -> dict[str, str]:
        assert self.verdict
        return {one["name"]: one["outcome"] for one in self.verdict["scenarios"]}

    @property
    def reasons(self) -> dict[str, str]:
        assert self.verdict
        return {one["name"]: one["reason"] for one in self.verdict["scenarios"]}


class Project:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.results = folder / "results"
        (folder / "steps").mkdir()
        (folder / "features" / "catalog").mkdir(parents=True)
        self.write("behave.ini", SETTINGS)
        self.write("features/catalog/requirements.yml", REGISTER)
        self.write("steps/steps.py", STEPS)
        self.write("environment.py", HOOKS)

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text, encoding="utf-8")

    def feature(self, text: str, name: str = "shop") -> None:
        if not re.search(
            r"^@.*\b(catalog|harness|infrastructure)\b", text, re.MULTILINE
        ):  # on the first line: line numbers stay
            text = re.sub(r"\A\n?(?=@)", "@catalog ", text)
            text = re.sub(r"\A\n?(?=Feature)", "@catalog\n", text)
        self.write(f"features/catalog/{name}.feature", text)

    def steps(self, more: str) -> None:
        self.write("steps/steps.py", STEPS + more)

    def hooks(self, more: str) -> None:
        self.write("environment.py", HOOKS + more)

    def start(self, *options: str, module: str = "support.gate", **environment: str) -> subprocess.Popen[str]:
        words = ["run", *options] if module == "support.gate" else options
        clean = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
        path = environment.pop("PATH", str(self._path_without_node()))  # else each makes a report, which takes a second
        return subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=self.folder,
            env={**clean, "PYTHONPATH": str(REPOSITORY), "PATH": path, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _path_without_node(self) -> Path:
        """A folder with the one program that a gate cannot do without."""
        folder = self.folder / "programs"
        folder.mkdir(exist_ok=True)
        (folder / "setpriv").unlink(missing_ok=True)
        (folder / "setpriv").symlink_to(find_program("setpriv"))
        return folder

    def judge(self, *options: str, **environment: str) -> Judged:
        return self.judged(self.start(*options, **environment))

    def judged(self, process: subprocess.Popen[str]) -> Judged:
        out, err = process.communicate(timeout=240)
        verdict = self.results / "verdict.json"
        check_page(self.results)
        return Judged(
            process.returncode,
            out,
            err,
            json.loads(verdict.read_text()) if verdict.exists() else None,
            dict(map(_shown, (self.results / "allure-results").glob("*-result.json"))),
            Counter(
                case.get("status", "")
                for path in (self.results / "junit").glob("*.xml")
                for case in ET.parse(path).iter("testcase")  # noqa: S314  our own file
            ),
        )

    def events(self) -> list[dict[str, Any]]:
        journal = self.results / "journal.jsonl"
        return [json.loads(line) for line in journal.read_text().splitlines()] if journal.exists() else []

    def await_event(self, name: str) -> dict[str, Any]:
        return until(lambda: next(event for event in self.events() if event["event"] == name))


def check_page(results: Path) -> None:
    """The page that a report opens on says the same as the verdict, whatever kind of run it was."""
    page, verdict = results / "report.html", results / "verdict.json"
    if not page.exists():
        return
    text, said = page.read_text(encoding="utf-8"), json.loads(verdict.read_text(encoding="utf-8"))
    shown = re.findall(r'data-scenario="([^"]*)" data-outcome="([^"]*)"', text)
    assert [(html.unescape(name), outcome) for name, outcome in shown] == [
        (one["id"], one["outcome"]) for one in said["scenarios"]
    ]
    assert f"<title>Release verdict: {said['verdict'].upper()} (" in text


def until(look: Callable[[], T]) -> T:
    deadline = time.monotonic() + 20
    while True:
        try:
            return look()
        except (StopIteration, ValueError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _shown(path: Path) -> tuple[str, tuple[str, str, str]]:
    result = json.loads(path.read_text())
    outcome = next(label["value"] for label in result["labels"] if label["name"] == "outcome")
    return result["name"], (result["status"], outcome, result.get("statusDetails", {}).get("message", ""))
