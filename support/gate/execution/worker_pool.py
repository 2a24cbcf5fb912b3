"""The worker processes of a run: started together, awaited together, stopped together."""

import os
import select
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import FrameType, TracebackType
from typing import Any, Self

from support.core.journal import Journal
from support.gate.execution.behave_process import BehaveProcess, last_log_line, start_behave
from support.gate.execution.results import Claim
from support.gate.execution.stop_signals import stop_signals
from support.gate.execution.work_queue import WorkQueue

SHUTDOWN_TIMEOUT_S = 45  # longer than all time-outs of clean-up together: heal, stop the parts, write the results
POLL_INTERVAL_S = 0.1


class WorkerPool:
    """Inside its `with` block, the first SIGINT, SIGTERM or SIGHUP is forwarded once to every process, which then has a time limit.

    Exit statuses, and what stopped the processes, are written to *journal*. The processes are named by *prefix* and a number.
    """

    def __init__(self, prefix: str, options: Sequence[str], seed: int, claim: Claim, journal: Journal) -> None:
        self._prefix = prefix
        self._options = options
        self._seed = seed
        self._claim = claim
        self._journal = journal
        self._running: dict[int, tuple[str, BehaveProcess]] = {}
        self._started = 0
        self._before: dict[int, Any] = {}
        self.stopped_by = ""

    def run(self, queue: WorkQueue, workers: int, update: Callable[[], None]) -> None:
        """Run the *queue* in *workers* processes; call *update* at intervals, and when all have ended."""
        for _ in range(workers):
            if not self.stopped_by:
                self._start(queue)
        while self._running:
            ended, _, _ = select.select(list(self._running), [], [], POLL_INTERVAL_S)
            for descriptor in ended:
                self._reap(descriptor)
            update()
        if self.stopped_by:
            self._journal.write("run-stopped", by=self.stopped_by)

    def _start(self, queue: WorkQueue) -> None:
        self._started += 1
        name = f"{self._prefix}{self._started}"
        process = start_behave(name, self._options, queue, self._seed, self._claim)
        descriptor = os.pidfd_open(process.ident or 0)
        self._running[descriptor] = name, process
        if self.stopped_by:  # the signal came before the worker could be told
            _send(descriptor, signal.Signals[self.stopped_by])

    def _reap(self, descriptor: int) -> None:
        name, process = self._running.pop(descriptor)
        os.close(descriptor)
        process.join()
        self._journal.write(
            "process-ended", process=name, status=process.exitcode, last_words=last_log_line(name, self._claim)
        )

    def __enter__(self) -> Self:
        stops = dict.fromkeys(stop_signals(), self._stop)
        handlers = {**stops, signal.SIGALRM: self._kill}
        self._before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        signal.alarm(0)
        for number, handler in self._before.items():
            signal.signal(
                number, signal.SIG_IGN if self.stopped_by else handler
            )  # what the run leaves is still to be written
        for _, process in self._running.values():  # none is left unless the gate itself has failed
            process.terminate()
        for _, process in self._running.values():
            process.join(SHUTDOWN_TIMEOUT_S)
            process.kill()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if not self.stopped_by:
            self.stopped_by = signal.Signals(number).name
            signal.alarm(SHUTDOWN_TIMEOUT_S)
            for descriptor in list(self._running):
                _send(descriptor, number)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        for _, process in list(self._running.values()):
            process.kill()


def _send(descriptor: int, number: int) -> None:
    """Forward a signal; that the terminal goes away is told as a request to end, since a worker has no terminal."""
    with suppress(ProcessLookupError):  # it has ended meanwhile
        signal.pidfd_send_signal(descriptor, signal.SIGTERM if number == signal.SIGHUP else number)
