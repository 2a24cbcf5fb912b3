"""Judgements of the real command in a copy of the suite, so that what goes wrong in them is nobody else's."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from support.backends.programs import dies_with_us
from support.errors import BrokenHarnessError

CHECKOUT = Path(__file__).resolve().parents[2]
OF_THE_SUITE = ("features", "steps", "support", "pyproject.toml")
HOOKS = "import runpy\n\nglobals().update(runpy.run_path({environment!r}))\n\n\n{more}"
END_S = 90
USAGE = 64


@dataclass(frozen=True, slots=True)
class Judgement:
    """How it ended: the verdict's word ("refused": nothing was judged), and all that was said about it."""

    word: str
    said: str


@contextmanager
def suite_copy(hooks: str = "") -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-") as folder:
        copy = Path(folder)
        copy.chmod(0o711)  # the user postgres passes through
        for name in OF_THE_SUITE:
            (copy / name).symlink_to(CHECKOUT / name)
        environment = HOOKS.format(environment=str(CHECKOUT / "environment.py"), more=hooks)
        (copy / "environment.py").write_text(environment, encoding="utf-8")
        yield copy


def clean_environment(copy: Path) -> dict[str, str]:
    """Ours, without what was said to us, and with all that is temporary in *copy*."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return {**ours, "TMPDIR": str(copy), "PYTHONPATH": str(CHECKOUT)}


@contextmanager
def judging(copy: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    gate = subprocess.Popen(
        dies_with_us([sys.executable, "-m", "support.gate", "run", "-D", "report=no", *options], "TERM"),
        cwd=copy,
        env=clean_environment(copy),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield gate
    finally:
        gate.terminate()  # of no effect on one that has ended
        gate.wait()


def last_words(gate: "subprocess.Popen[str]") -> str:
    try:
        return gate.communicate(timeout=END_S)[0]
    except subprocess.TimeoutExpired:
        raise BrokenHarnessError(f"the judgement did not end within {END_S} s") from None


def judgement_of(copy: Path, gate: "subprocess.Popen[str]") -> Judgement:
    said = last_words(gate)
    verdict = copy / "results" / "verdict.json"
    if not verdict.exists():
        return Judgement("refused" if gate.returncode == USAGE else f"exit code {gate.returncode}", said)
    told = json.loads(verdict.read_text(encoding="utf-8"))
    agreed = told["exit_code"] == gate.returncode
    return Judgement(told["verdict"] if agreed else f"{told['verdict']} with exit code {gate.returncode}", said)
