"""The candidate in Go, written from the contract alone: the doctor says what it lacks, and judged with that it gets a go."""

import os
import shutil
import subprocess
import sys

import pytest

from support.core.checkout import CHECKOUT

SOURCE = CHECKOUT / "docs/candidate-in-go"
LACKS = "alerts,metrics,reload"
SELECTION = ["features/catalog/fallback_chain.feature", "--tags=@CAT-CHAIN-1 or @CAT-CHAIN-3", "--workers", "1"]

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    if not shutil.which("go"):
        pytest.skip("there is no Go on this machine")
    target = tmp_path_factory.mktemp("go") / "catalog"
    built = subprocess.run(
        ["go", "build", "-C", str(SOURCE), "-o", str(target), "."],
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    if built.returncode and "dial tcp" in built.stderr:
        pytest.skip(f"the modules cannot be fetched: {built.stderr.splitlines()[-1]}")
    assert built.returncode == 0, built.stderr
    return target


def gate(*words):
    return subprocess.run(
        [sys.executable, "-m", "support.gate", *words],
        cwd=CHECKOUT,
        env=os.environ | {"NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_doctor_names_what_it_lacks(program, tmp_path):
    seen = gate("doctor", "-D", f"catalog.command={program}", "-D", f"results={tmp_path}")

    assert seen.returncode == 1
    wrong = [line for line in seen.stdout.splitlines() if line.startswith("  wrong")]
    assert wrong == [], seen.stdout
    assert f"catalog.lacks={LACKS}" in seen.stdout.splitlines()[-1]


def test_judged_with_that_it_gets_a_go(program, tmp_path):
    options = ["-D", f"catalog.command={program}", "-D", f"catalog.lacks={LACKS}", "-D", f"results={tmp_path}"]
    seen = gate("run", *SELECTION, *options, "-D", "report=no")

    assert " GO " in seen.stdout, seen.stdout
    assert seen.returncode == 0
