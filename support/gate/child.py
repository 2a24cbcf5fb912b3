"""behave as a child process: whatever ends it, a step that exits, a signal, a crash, we are there to tell."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from types import FrameType

from support.backends.programs import find_program
from support.gate.results import RUN, Claim

PROGRESS = "support.reporting.progress:ProgressFormatter"
LAST_WORDS_S = 45  # heal, stop all parts, write the results: bounded by their own time-outs, well below this


@dataclass(frozen=True, slots=True)
class Ended:
    """*status* is the exit status, negative for a signal; *stopped_by* the signal that we were sent, "" for none."""

    status: int
    stopped_by: str


def run_behave(options: Sequence[str], claim: Claim) -> Ended:
    """Run behave on *options* until it ends. The first SIGINT or SIGTERM is passed on, once, and waited out in bounds."""
    told_how_to_show = any(option.startswith(("-f", "--form")) for option in options)
    command = [
        *(find_program("setpriv"), "--pdeathsig", "TERM", "--"),  # if we are killed, it heals and leaves at once
        *(sys.executable, "-m", "behave", *options),
        *(() if told_how_to_show else ("-f", PROGRESS)),
        *("--junit", "--junit-directory", str(claim.folder / "junit")),
        *("--no-summary", "-D", f"results={claim.folder}"),
    ]
    environment = {
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "HOLDFAST_RESULTS": str(claim.folder),
        RUN: claim.run,
    }
    stopped_by: list[str] = []
    process: subprocess.Popen[bytes] | None = None

    def stop(number: int, _frame: FrameType | None) -> None:
        if not stopped_by:
            stopped_by.append(signal.Signals(number).name)
            signal.alarm(LAST_WORDS_S)
            if process:
                process.send_signal(number)

    def kill(_number: int, _frame: FrameType | None) -> None:
        if process:
            process.kill()

    handlers = {signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGALRM: kill}
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        # A group of its own, so that Ctrl-C reaches it through us and only once; the lock's descriptor, so that the
        # folder stays taken while behave lives, even if we are killed.
        process = subprocess.Popen(command, env=environment, process_group=0, pass_fds=[claim.lock.fileno()])
        if stopped_by:
            process.send_signal(signal.Signals[stopped_by[0]])
        status = process.wait()
    finally:
        signal.alarm(0)
        for number, handler in before.items():
            signal.signal(number, handler)
    return Ended(status, "".join(stopped_by))
