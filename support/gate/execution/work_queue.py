"""What a run's processes share out among themselves: feature files, each run by one process, the longest first.

The gate fills a pipe with their numbers, which all processes read. A pipe hands every number to one reader alone, keeps
its order, and ends by itself: nothing is lost or done twice when a reader dies, and nobody has to serve it.
"""

import os
from collections.abc import Iterator, Sequence
from types import TracebackType
from typing import Self

TASKS, WORKER = "HOLDFAST_TASKS", "HOLDFAST_WORKER"  # told to each process: the pipe's descriptor, and its own name
WIDTH = 4  # bytes a number: whoever reads as many gets one whole number, whoever else is reading


class Tasks:
    """*files* in an order that gate and processes agree on; they are handed out by their places in it."""

    def __init__(self, files: Sequence[str], descriptor: int) -> None:
        self._files = files
        self.descriptor = descriptor

    @classmethod
    def filled(cls, files: Sequence[str], wanted: Sequence[str]) -> Self:
        """Hand out *wanted*, in this order."""
        reading, writing = os.pipe()
        with os.fdopen(writing, "wb") as pipe:  # what fits into a pipe of 64 KiB is 16384 files
            pipe.write(b"".join(b"%0*d" % (WIDTH, files.index(file)) for file in wanted))
        return cls(files, reading)

    @classmethod
    def of_this_process(cls, files: Sequence[str]) -> Self | None:
        """What the gate has left for us; None in a process that runs alone."""
        descriptor = os.environ.get(TASKS)
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
