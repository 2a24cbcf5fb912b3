"""The base classes of the toxic stages: a stage processes the bytes of one direction of one connection and passes them on.

Times are `time.monotonic()` seconds. No timer fires early: one that fires too soon is set again.
"""

import asyncio
import math
from collections import deque
from collections.abc import Callable
from random import Random
from time import monotonic
from typing import ClassVar, NamedTuple, Protocol

from support.fault_proxy.server.toxics import Toxic


class Sink(Protocol):
    """The next receiver of the bytes; *arrived* is when they reached the proxy, or when they left the last delay."""

    def feed(self, chunk: bytes, arrived: float) -> None: ...

    def end(self, *, reset: bool) -> None: ...


class Outlet(Sink, Protocol):
    """The end of a chain of stages: the relay itself."""

    def balance(self) -> None:
        """Stop or resume reading from the source, depending on how many bytes are held."""

    def reset(self) -> None:
        """Reset both ends of the connection."""


class ToxicStage:
    """Passes everything on; the base class of all stages."""

    limit: ClassVar[int] = 64 * 1024
    """The source is not read while more bytes than this are held."""

    def __init__(self, toxic: Toxic, random: Random, outlet: Outlet) -> None:
        self.toxic = toxic
        self.ahead: Sink = outlet
        self.held = 0
        self._random = random
        self._outlet = outlet
        self._timer: asyncio.TimerHandle | None = None

    def feed(self, chunk: bytes, arrived: float) -> None:
        self.ahead.feed(chunk, arrived)

    def end(self, *, reset: bool) -> None:
        self.ahead.end(reset=reset)

    def take_over_from(self, former: "ToxicStage") -> None:
        """Take over the state that must survive an update of the toxic."""

    def flush(self) -> None:
        """Pass on at once what is held; the toxic has been removed or updated."""
        self.stop()

    def remove(self) -> None:
        """The toxic has been removed."""
        self.flush()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self, due: float, action: Callable[[], None]) -> None:
        def fire() -> None:
            self._timer = None
            if monotonic() < due:
                self._schedule(due, action)
            else:
                action()

        self.stop()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - monotonic()), fire)


class QueuedItem(NamedTuple):
    """An item to be passed on at the time *due*: bytes, or the end of the stream when *chunk* is None."""

    due: float
    chunk: bytes | None
    reset: bool = False


class DelayQueue(ToxicStage):
    """Passes items on in order, each at the time it is due."""

    def __init__(self, toxic: Toxic, random: Random, outlet: Outlet) -> None:
        super().__init__(toxic, random, outlet)
        self._queue: deque[QueuedItem] = deque()
        self._last_due = 0.0

    def end(self, *, reset: bool) -> None:
        self._put(QueuedItem(self._last_due, None, reset))

    def flush(self) -> None:
        self.stop()
        while self._queue:
            self._pass_on(monotonic())

    def _put(self, held: QueuedItem) -> None:
        self._last_due = held.due
        self._queue.append(held)
        self.held += len(held.chunk or b"")
        if self._timer is None:
            self._await_next()

    def _await_next(self) -> None:
        if self._queue and self._queue[0].due < math.inf:
            self._schedule(self._queue[0].due, self._pass_on_due)

    def _pass_on_due(self) -> None:
        now = monotonic()
        while self._queue and self._queue[0].due <= now:
            self._pass_on(self._queue[0].due)
        self._await_next()
        self._outlet.balance()

    def _pass_on(self, when: float) -> None:
        held = self._queue.popleft()
        if held.chunk is None:
            self.ahead.end(reset=held.reset)
        else:
            self.held -= len(held.chunk)
            self.ahead.feed(held.chunk, when)
