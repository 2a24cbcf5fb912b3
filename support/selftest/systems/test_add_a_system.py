"""docs/add-a-system.md works as written: its files and its one line, in a copy of the checkout, give a system with a verdict."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.core.checkout import CHECKOUT

PAGE = CHECKOUT / "docs" / "add-a-system.md"
FILE = re.compile(r"^\*\*`(?P<path>[^`]+)`\*\*\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
LINE = re.compile(r"^```diff\n-(?P<before>.*)\n\+(?P<after>.*)\n```$", re.MULTILINE)
REGISTRY = "support/systems/registry.py"
COPIED = ("features", "steps", "support", "environment.py", "pyproject.toml")
TOO_BUSY = "of the processors' time meanwhile"
FOLDERS = ("features/visits/", "steps/visits/", "support/systems/visits/")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of the checkout in which the page was followed, and the paths of the files that differ from the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    leave_out = shutil.ignore_patterns("node_modules", "__pycache__", "libs", "bin", "selftest")
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=leave_out)
        else:
            shutil.copy2(source, folder / name)
    page = PAGE.read_text()
    for file in FILE.finditer(page):
        path = folder / file["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["text"])
    (line,) = LINE.finditer(page)
    registry = (folder / REGISTRY).read_text()
    assert registry.count(line["before"]) == 1, "the page quotes a line that the registry no longer has"
    (folder / REGISTRY).write_text(registry.replace(line["before"], line["after"]))
    return folder


def judged(folder, *options):
    words = ["run", "--tags=@visits", "-D", "report=no", "-D", "backend=embedded", *options]
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("HOLDFAST_", "PYTHONPATH"))}
    done = subprocess.run(
        [sys.executable, "-m", "support.gate", *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    verdict = folder / "results" / "verdict.json"
    return json.loads(verdict.read_text()) if verdict.exists() else pytest.fail(done.stdout + done.stderr)


def changed(folder):
    files = [file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts]
    names = [str(file.relative_to(folder)) for file in files]
    mine = [name for name in names if not name.startswith("results/")]
    return {name for name in mine if not (CHECKOUT / name).exists() or different(folder / name, CHECKOUT / name)}


def different(one: Path, other: Path) -> bool:
    return one.read_bytes() != other.read_bytes()


def test_a_new_system_is_three_folders_and_the_registry(copy):
    outside = {name for name in changed(copy) if not name.startswith(FOLDERS)}

    assert outside == {REGISTRY}


def test_it_gets_receipts_and_a_verdict(copy):
    verdict = judged(copy)

    judged_here = [one for one in verdict["scenarios"] if TOO_BUSY not in one["reason"]]
    assert len(verdict["scenarios"]) == 3
    assert {one["outcome"] for one in judged_here} <= {"PASSED"}, verdict
    assert verdict["verdict"] == ("go" if len(judged_here) == 3 else "unknown")
    assert [fault["receipt"] for one in verdict["scenarios"] for fault in one["faults"]] == [True] * 2


def test_a_fault_that_was_not_injected_is_noticed(copy):
    verdict = judged(copy, "-D", "injector=nothing")

    assert [one["outcome"] for one in verdict["scenarios"]] == ["PASSED", "INCONCLUSIVE", "INCONCLUSIVE"]
