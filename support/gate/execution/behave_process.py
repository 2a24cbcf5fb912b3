"""Starts behave as a child process, so that the gate survives a step that exits, a signal, or a crash."""

import subprocess
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import IO, TypeAlias

from support.core.environment import users_environment
from support.environments.programs import dying_with_parent
from support.gate.execution.results import RUN, Claim
from support.gate.execution.work_queue import QUEUE, WORKER, WorkQueue

BehaveProcess: TypeAlias = subprocess.Popen[bytes]
QUIET = ("-f", "null")


def has_own_formatter(options: Sequence[str]) -> bool:
    """Whether a formatter of behave was chosen, so that behave shows its own progress."""
    return any(option.startswith(("-f", "--form")) for option in options)


def start_behave(name: str, options: Sequence[str], queue: WorkQueue, seed: int, claim: Claim) -> BehaveProcess:
    """Start the process *name* of a run: it runs features from the *queue* until that is empty.

    Its output goes to its log, unless *options* choose a formatter.
    """
    junit = claim.folder / "junit"
    junit.mkdir(exist_ok=True)  # behave's own check and creation would race between two processes
    command = [
        *(sys.executable, "-m", "support.gate.execution.run_behave", *options),
        *(() if has_own_formatter(options) else QUIET),
        *("--junit", "--junit-directory", str(junit)),
        *("--no-summary", "-D", f"results={claim.folder}", "-D", f"seed={seed}"),
    ]
    environment = {
        # variables of behave's own would configure it, as a file in the user's home would
        **{name: value for name, value in users_environment().items() if not name.startswith("BEHAVE_")},
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "HOLDFAST_RESULTS": str(claim.folder),
        RUN: claim.run,
        QUEUE: str(queue.descriptor),
        WORKER: name,
    }
    with _output(name, options, claim) as log:
        return subprocess.Popen(
            dying_with_parent(command, "TERM"),  # if the gate is killed, it heals and ends
            env=environment,
            stdout=log,
            stderr=log,
            process_group=0,  # so that Ctrl-C reaches it only through the gate, once
            pass_fds=[
                claim.lock.fileno(),
                queue.descriptor,
            ],  # the folder stays locked as long as it runs, even if the gate is killed
        )


def _output(name: str, options: Sequence[str], claim: Claim) -> AbstractContextManager[IO[bytes] | None]:
    if has_own_formatter(options):
        return nullcontext()
    path = log_path(name, claim)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def last_log_line(name: str, claim: Claim) -> str:
    """The last line of the log of the process *name*; empty without a log."""
    path = log_path(name, claim)
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1][-300:] if lines else ""


def log_path(name: str, claim: Claim) -> Path:
    return claim.folder / "logs" / f"worker-{name}" / "behave.log"
