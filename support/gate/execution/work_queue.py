"""The work queue of a run: feature files, each run by one of several processes, the longest first.

The queue is a pipe that the gate fills with the numbers of the files and all processes read. A pipe gives every number to one
reader, keeps the order, and ends by itself: nothing is run twice when a reader dies, and no process has to serve the queue.
"""

import os
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

QUEUE, WORKER = (
    "HOLDFAST_TASKS",
    "HOLDFAST_WORKER",
)  # environment of each process: descriptor of the pipe, own name
WIDTH = 4  # bytes per number: a read of this size returns one whole number, however many processes read


class WorkQueue:
    """*files* in the same order in the gate and in all processes; the queue holds indices of this list."""

    def __init__(self, files: Sequence[str], descriptor: int) -> None:
        self._files = files
        self.descriptor = descriptor

    @classmethod
    def filled(cls, files: Sequence[str], wanted: Sequence[str]) -> Self:
        """A queue of the files *wanted*, in this order."""
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:  # a pipe of 64 KiB holds 16384 numbers
            pipe.write(b"".join(b"%0*d" % (WIDTH, files.index(file)) for file in wanted))
        return cls(files, reading)

    @classmethod
    def inherited(cls, files: Sequence[str]) -> Self | None:
        """The queue that the gate has passed to this process; None without a gate."""
        descriptor = os.environ.get(QUEUE)
        return None if descriptor is None else cls(files, int(descriptor))

    def __iter__(self) -> Iterator[str]:
        while number := os.read(self.descriptor, WIDTH):
            yield self._files[int(number)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        os.close(self.descriptor)
