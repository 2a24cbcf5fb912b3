"""Runs behave in child processes, so that the gate survives a step that exits, a signal, or a crash.

They are forked from the gate, which has loaded what all of them need: starting Python anew for each took a second of its own.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn, TypeAlias

from behave.__main__ import run_behave

from support.core.checkout import CHECKOUT
from support.core.environment import users_environment
from support.core.processor_time import count_as_suite
from support.gate.execution.results import RUN, Claim
from support.gate.execution.work_queue import QUEUE, WORKER, WorkQueue
from support.gate.selection.behave_options import read_options

BehaveProcess: TypeAlias = multiprocessing.context.ForkProcess
QUIET = ("-f", "null")
INTERRUPTED = 130
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM)  # by the gate, in its own way
PR_SET_PDEATHSIG, PR_SET_NAME = 1, 15  # linux/prctl.h


def has_own_formatter(options: Sequence[str]) -> bool:
    """Whether a formatter of behave was chosen, so that behave shows its own progress."""
    return any(option.startswith(("-f", "--form")) for option in options)


def start_behave(name: str, options: Sequence[str], queue: WorkQueue, seed: int, claim: Claim) -> BehaveProcess:
    """Start the process *name* of a run: it runs features from the *queue* until that is empty.

    Its output goes to its log, unless *options* choose a formatter. It holds the lock of *claim*, so that the folder stays locked
    as long as it runs, even if the gate is killed.
    """
    junit = claim.folder / "junit"
    junit.mkdir(exist_ok=True)  # behave's own check and creation would race between two processes
    command = [
        *options,
        *(() if has_own_formatter(options) else QUIET),
        *("--junit", "--junit-directory", str(junit)),
        *("--no-summary", "-D", f"results={claim.folder}", "-D", f"seed={seed}"),
    ]
    environment = {
        # variables of behave's and Python's own would configure it, as a file in the user's home would
        **{name: value for name, value in users_environment().items() if not name.startswith(("BEHAVE_", "PYTHON"))},
        "PYTHONPATH": str(CHECKOUT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "HOLDFAST_RESULTS": str(claim.folder),
        RUN: claim.run,
        QUEUE: str(queue.descriptor),
        WORKER: name,
    }
    log = None if has_own_formatter(options) else log_path(name, claim)
    process = multiprocessing.get_context("fork").Process(
        target=_run, name=f"worker {name}", args=(name, command, environment, log, os.getpid())
    )
    sys.stdout.flush()
    sys.stderr.flush()
    gc.freeze()  # a collection in the child would copy every page that is shared
    with _signals_held_back():
        process.start()
    return process


def _run(name: str, command: Sequence[str], environment: Mapping[str, str], log: Path | None, gate: int) -> NoReturn:
    os.setpgid(0, 0)  # so that Ctrl-C reaches it only through the gate, once
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NAME, f"worker {name}".encode()[:15])
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)  # if the gate is killed, it heals and ends
    _write_to(log)
    os.environ.clear()
    os.environ.update(environment)
    for number in HANDLED:
        if signal.getsignal(number) is signal.SIG_IGN:  # SIGHUP, under nohup
            continue
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
    count_as_suite(gate)
    if os.getppid() != gate:  # it was killed before
        sys.exit(INTERRUPTED)
    try:
        sys.exit(run_behave(read_options(command)))
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _write_to(log: Path | None) -> None:
    """Send all output, also that of children, to the file *log*; without one, leave it to the gate's own."""
    if log:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
    for name, descriptor in (("stdout", 1), ("stderr", 2)):
        stream = open(descriptor, "w", encoding="utf-8", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115  lives as long as the process
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """Until the child has handlers of its own: those of the gate would forward a signal to its other children."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def last_log_line(name: str, claim: Claim) -> str:
    """The last line of the log of the process *name*; empty without a log."""
    path = log_path(name, claim)
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines() if path.exists() else []
    return lines[-1][-300:] if lines else ""


def log_path(name: str, claim: Claim) -> Path:
    return claim.folder / "logs" / f"worker-{name}" / "behave.log"
