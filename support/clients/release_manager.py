"""Somebody who has a release judged by the real command while something is wrong with the suite itself."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import psutil

from support.backends.ports import ReservedPort
from support.backends.programs import find_program
from support.errors import BrokenHarnessError
from support.eventually import eventually
from support.faults.mishaps import DISTURBANCES, PROVIDER_PORT, Disturbance, Mishap

CHECKOUT = Path(__file__).resolve().parents[2]
QUESTION = ("features/catalog/fallback_chain.feature", "--name", "The provider never answers")
OF_THE_SUITE = ("features", "steps", "support", "pyproject.toml")
HOOKS = "import runpy\n\nglobals().update(runpy.run_path({environment!r}))\n\n\n{more}"
FELT = timedelta(seconds=30)
END_S = 90


@dataclass(frozen=True, slots=True)
class Judgement:
    """How it ended: the verdict's word ("refused": nothing was judged), and all that was said about it."""

    word: str
    said: str


class ReleaseManager:
    """Judges one scenario of the real suite in a copy of it, so that the mishap is nobody else's."""

    def judge_while(self, mishap: Mishap) -> Judgement:
        disturbance = DISTURBANCES[mishap]
        with ReservedPort(what="the provider of a judgement") as port, _copy(disturbance) as copy:
            port.release()
            options = [option.replace(PROVIDER_PORT, str(port.number)) for option in disturbance.options]
            gate = _start(copy, options)
            try:
                if disturbance.act:
                    _await_fault(copy)
                    disturbance.act(psutil.Process(gate.pid))
                said, _ = gate.communicate(timeout=END_S)
            except subprocess.TimeoutExpired:
                raise BrokenHarnessError(f"the judgement did not end within {END_S} s") from None
            finally:
                gate.terminate()  # of no effect on one that has ended
                gate.wait()
            return _judgement(copy, gate.returncode, said)


@contextmanager
def _copy(disturbance: Disturbance) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hf-") as folder:
        copy = Path(folder)
        copy.chmod(0o711)  # the user postgres passes through
        for name in OF_THE_SUITE:
            (copy / name).symlink_to(CHECKOUT / name)
        hooks = HOOKS.format(environment=str(CHECKOUT / "environment.py"), more=disturbance.hooks)
        (copy / "environment.py").write_text(hooks, encoding="utf-8")
        yield copy


def _start(copy: Path, options: list[str]) -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HOLDFAST_")}
    return subprocess.Popen(
        [
            *(find_program("setpriv"), "--pdeathsig", "TERM", "--"),
            *(sys.executable, "-m", "support.gate", "run", *QUESTION, "-D", "report=no", *options),
        ],
        cwd=copy,
        env={**clean, "TMPDIR": str(copy), "PYTHONPATH": str(CHECKOUT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _await_fault(copy: Path) -> None:
    journal = copy / "results" / "journal.jsonl"

    def check() -> None:
        assert journal.exists(), "the judgement has no journal yet"
        assert '"fault-felt"' in journal.read_text(encoding="utf-8"), "no fault has been felt yet"

    eventually(check, within=FELT)


def _judgement(copy: Path, status: int, said: str) -> Judgement:
    verdict = copy / "results" / "verdict.json"
    if not verdict.exists():
        return Judgement("refused" if status == 64 else f"exit code {status}", said)
    told = json.loads(verdict.read_text(encoding="utf-8"))
    agreed = told["exit_code"] == status
    return Judgement(told["verdict"] if agreed else f"{told['verdict']} with exit code {status}", said)
