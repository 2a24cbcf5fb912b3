"""behave as a child process: whatever ends it, a step that exits, a signal, a crash, we are there to tell."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TypeAlias

from support.environments.programs import dying_with_parent
from support.gate.execution.results import RUN, Claim
from support.gate.execution.work_queue import TASKS, WORKER, Tasks

Behave: TypeAlias = subprocess.Popen[bytes]
QUIET = ("-f", "null")


def shows_itself(options: Sequence[str]) -> bool:
    """Whether behave was told how to show its progress."""
    return any(option.startswith(("-f", "--form")) for option in options)


def start_behave(name: str, options: Sequence[str], tasks: Tasks, seed: int, claim: Claim) -> Behave:
    """Start the process *name* of a run: it runs the features of *tasks* that it gets, and ends when there are no more.

    What it prints goes to its log, unless *options* say how it is to show its progress.
    """
    junit = claim.folder / "junit"
    junit.mkdir(exist_ok=True)  # behave looks for it before it makes it, and two at once can stumble over each other
    command = [
        *(sys.executable, "-m", "behave", *options),
        *(() if shows_itself(options) else QUIET),
        *("--junit", "--junit-directory", str(junit)),
        *("--no-summary", "-D", f"results={claim.folder}", "-D", f"seed={seed}"),
    ]
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "HOLDFAST_RESULTS": str(claim.folder),
        RUN: claim.run,
        TASKS: str(tasks.descriptor),
        WORKER: name,
    }
    with _output(name, options, claim) as log:
        return subprocess.Popen(
            dying_with_parent(command, "TERM"),  # if we are killed, it heals and leaves at once
            env=environment,
            stdout=log,
            stderr=log,
            process_group=0,  # so that Ctrl-C reaches it through us and only once
            pass_fds=[
                claim.lock.fileno(),
                tasks.descriptor,
            ],  # the folder stays taken while it lives, even if we are killed
        )


def _output(name: str, options: Sequence[str], claim: Claim) -> AbstractContextManager[IO[bytes] | None]:
    if shows_itself(options):
        return nullcontext()
    path = log_of(name, claim)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def last_words(name: str, claim: Claim) -> str:
    """The last line that the process *name* has printed, where we have it."""
    path = log_of(name, claim)
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1][-300:] if lines else ""


def log_of(name: str, claim: Claim) -> Path:
    return claim.folder / "logs" / f"worker-{name}" / "behave.log"
