"""The processes of a run: started together, watched until the last one has ended, stopped together."""

import os
import select
import signal
from collections.abc import Callable, Sequence
from types import FrameType, TracebackType
from typing import Any, Self

from support.core.journal import Journal
from support.gate.execution.behave_process import Behave, last_words, start_behave
from support.gate.execution.results import Claim
from support.gate.execution.work_queue import Tasks

LAST_WORDS_S = 45  # heal, stop all parts, write the results: bounded by their own time-outs, well below this
LOOK_EVERY_S = 0.1


class Crew:
    """Inside its `with` block, the first SIGINT or SIGTERM is passed on to every process, once, and waited out in bounds.

    How each process ended, and what stopped them, is written to *journal*. Their names are numbers behind *prefix*.
    """

    def __init__(self, prefix: str, options: Sequence[str], seed: int, claim: Claim, journal: Journal) -> None:
        self._prefix = prefix
        self._options = options
        self._seed = seed
        self._claim = claim
        self._journal = journal
        self._at_work: dict[int, tuple[str, Behave]] = {}
        self._started = 0
        self._before: dict[int, Any] = {}
        self.stopped_by = ""

    def run(self, tasks: Tasks, size: int, look: Callable[[], None]) -> None:
        """Let *size* processes do the *tasks*; call *look* every now and then, and when all have ended."""
        for _ in range(size):
            if not self.stopped_by:
                self._start(tasks)
        while self._at_work:
            ended, _, _ = select.select(list(self._at_work), [], [], LOOK_EVERY_S)
            for descriptor in ended:
                self._farewell(descriptor)
            look()
        if self.stopped_by:
            self._journal.write("run-stopped", by=self.stopped_by)

    def _start(self, tasks: Tasks) -> None:
        self._started += 1
        name = f"{self._prefix}{self._started}"
        process = start_behave(name, self._options, tasks, self._seed, self._claim)
        self._at_work[os.pidfd_open(process.pid)] = name, process
        if self.stopped_by:  # between the two lines above
            process.send_signal(signal.Signals[self.stopped_by])

    def _farewell(self, descriptor: int) -> None:
        name, process = self._at_work.pop(descriptor)
        os.close(descriptor)
        self._journal.write(
            "process-ended", process=name, status=process.wait(), last_words=last_words(name, self._claim)
        )

    def __enter__(self) -> Self:
        handlers = {signal.SIGINT: self._stop, signal.SIGTERM: self._stop, signal.SIGALRM: self._kill}
        self._before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        signal.alarm(0)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        for _, process in self._at_work.values():  # only if something of ours has failed
            process.terminate()

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if not self.stopped_by:
            self.stopped_by = signal.Signals(number).name
            signal.alarm(LAST_WORDS_S)
            for _, process in list(self._at_work.values()):
                process.send_signal(number)

    def _kill(self, _number: int, _frame: FrameType | None) -> None:
        for _, process in list(self._at_work.values()):
            process.kill()
