"""A part that runs as a child process: it can be started, killed, frozen and restarted."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import psutil

from support.core.addresses import LOOPBACK, Address
from support.core.environment import environment_of_part
from support.core.errors import BrokenHarnessError, NotEndedError, NotStartedError
from support.core.eventually import patiently
from support.environments.process_tree import signal_tree
from support.environments.programs import dying_with_parent
from support.environments.run_directory import RunDirectory
from support.probes.pings import Ping, seen_instead

START = timedelta(seconds=15)
END = timedelta(seconds=5)
LINES_TOLD = 3


class ChildProcess:
    """One part. Its output goes to its own log; it dies with this process, even if that is killed (PR_SET_PDEATHSIG).

    Start it only from the main thread: the kernel sends the signal when the thread that created the child ends.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        *,
        port: int,
        ping: Ping,
        run: RunDirectory,
        logs: Path,
        host: str = LOOPBACK,
        starts_within: timedelta = START,
        env: Mapping[str, str] | None = None,
        rights: Sequence[str] = (),
        stop_signal: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.log = logs / f"{name.replace(' ', '-')}.log"
        self._argv = dying_with_parent(argv, rights=rights)
        self._env = environment_of_part(env)
        self.host = host
        self._starts_within = starts_within
        self.port = port
        self._ping = ping
        self._stop_signal = stop_signal
        self._run = run
        self._process: subprocess.Popen[bytes] | None = None
        self._changed = False

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_status(self) -> int | None:
        """How it ended (negative: by that signal); None while it runs, and before its start."""
        return self._process.poll() if self._process else None

    @property
    def changed(self) -> bool:
        """Whether it was started with additional environment variables."""
        return self._changed

    @property
    def address(self) -> Address:
        return self.host, self.port

    @property
    def pid(self) -> int:
        if self._process is None:
            raise BrokenHarnessError(f"{self.name} has not been started")
        return self._process.pid

    def spawn(self, env: Mapping[str, str] | None = None) -> None:
        """Start without waiting; *env* is added to the part's environment for this start only."""
        self.kill()  # a process that is left of it holds the port
        self._changed = bool(env)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._argv,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                env={**self._env, **(env or {})},
            )
        self._run.remember(self._process.pid, self.name)

    def await_ready(self, within: timedelta | None = None) -> None:
        def check() -> None:
            if not self.alive:
                raise self._not_started(f"{self.name} could not be started: it {self._end()}")
            seen = seen_instead(self.port, self._ping, host=self.host)
            assert not seen, f"{self.name} does not answer its probe: {seen}"

        try:
            patiently(check, within=within or self._starts_within, every=0.005)
        except AssertionError as late:
            raise self._not_started(str(late)) from None

    def _not_started(self, why: str) -> NotStartedError:
        said = last_lines(self.log, LINES_TOLD)
        told = f"; its last output: {said}" if said else "; it has written nothing"
        return NotStartedError(f"{why}{told}", self.name, self.exit_status, said)

    def start(self, env: Mapping[str, str] | None = None) -> None:
        self.spawn(env)
        self.await_ready()

    def kill(self) -> None:
        """Send SIGKILL to the part and all its descendants."""
        self._signal_all(signal.SIGSTOP)  # so that a supervisor does not replace a killed process
        self._signal_all(signal.SIGKILL)
        self._await_end()

    def stop(self) -> None:
        """Stop gracefully; raises `BrokenHarnessError` if the part has not ended within 5 s."""
        self.send(self._stop_signal)
        self._await_end()

    def freeze(self) -> None:
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def reload(self) -> None:
        self.send(signal.SIGHUP)

    def settle_log(self) -> None:
        """Nothing to wait for: the part writes to the file itself."""

    def send(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def _end(self) -> str:
        code = self._process.returncode if self._process else None
        return f"ended with signal {-code}" if code and code < 0 else f"ended with exit status {code}"

    def _await_end(self) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(END.total_seconds())
        except subprocess.TimeoutExpired:
            raise NotEndedError(f"{self.name} has not ended within {END.total_seconds():g} s of its signal") from None

    def _signal_all(self, number: signal.Signals) -> None:
        if self.alive:
            signal_tree(psutil.Process(self.pid), number)


def last_lines(log: Path, count: int) -> str:
    """The last *count* lines that are not blank, of at most 300 characters each, as one line."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    return " | ".join(line.strip()[-300:] for line in [one for one in lines if one.strip()][-count:])


def end_all(parts: Sequence[ChildProcess]) -> None:
    """Kill all *parts*, in any state; their data is deleted with the run."""
    for part in parts:
        part.kill()


def await_exit(process: subprocess.Popen[bytes], name: str, log: Path, within: timedelta = START) -> None:
    """Wait for the exit of a program that prepares a part; raises `BrokenHarnessError` with its last lines if it failed."""
    if process.wait(within.total_seconds()) != 0:
        raise BrokenHarnessError(f"{name} failed: {last_lines(log, LINES_TOLD) or 'no output'}")
