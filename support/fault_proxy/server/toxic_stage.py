"""What toxics at work are made of: a stage treats the bytes of one direction of one connection and hands them on.

Times are `time.monotonic()` seconds. Nothing fires early: a timer that wakes too soon is set again.
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
    """Where bytes go next; *arrived* is when they came to the proxy or left the last delay."""

    def feed(self, chunk: bytes, arrived: float) -> None: ...

    def end(self, *, reset: bool) -> None: ...


class Outlet(Sink, Protocol):
    """The end of a chain of stages: the link itself."""

    def balance(self) -> None:
        """Stop or resume reading from the source, by what is held."""

    def reset(self) -> None:
        """Reset both ends of the connection."""


class Stage:
    """Passes everything on; the base of all others."""

    limit: ClassVar[int] = 64 * 1024
    """Bytes held above which the source is no longer read."""

    def __init__(self, toxic: Toxic, draws: Random, link: Outlet) -> None:
        self.toxic = toxic
        self.ahead: Sink = link
        self.held = 0
        self._draws = draws
        self._link = link
        self._timer: asyncio.TimerHandle | None = None

    def feed(self, chunk: bytes, arrived: float) -> None:
        self.ahead.feed(chunk, arrived)

    def end(self, *, reset: bool) -> None:
        self.ahead.end(reset=reset)

    def follow(self, former: "Stage") -> None:
        """Take over what must outlast an update of the toxic."""

    def release(self) -> None:
        """Hand on at once what is held; the toxic is lifted or updated."""
        self.stop()

    def lift(self) -> None:
        """The toxic is gone for good."""
        self.release()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _wake(self, due: float, action: Callable[[], None]) -> None:
        def ring() -> None:
            self._timer = None
            if monotonic() < due:
                self._wake(due, action)
            else:
                action()

        self.stop()
        self._timer = asyncio.get_running_loop().call_later(max(0.0, due - monotonic()), ring)


class Held(NamedTuple):
    """Something to be handed on at *due*: bytes, or, when *chunk* is None, the end."""

    due: float
    chunk: bytes | None
    reset: bool = False


class Queue(Stage):
    """Hands on in order, each thing at its time."""

    def __init__(self, toxic: Toxic, draws: Random, link: Outlet) -> None:
        super().__init__(toxic, draws, link)
        self._queue: deque[Held] = deque()
        self._last_due = 0.0

    def end(self, *, reset: bool) -> None:
        self._put(Held(self._last_due, None, reset))

    def release(self) -> None:
        self.stop()
        while self._queue:
            self._hand_on(monotonic())

    def _put(self, held: Held) -> None:
        self._last_due = held.due
        self._queue.append(held)
        self.held += len(held.chunk or b"")
        if self._timer is None:
            self._await_next()

    def _await_next(self) -> None:
        if self._queue and self._queue[0].due < math.inf:
            self._wake(self._queue[0].due, self._hand_on_due)

    def _hand_on_due(self) -> None:
        now = monotonic()
        while self._queue and self._queue[0].due <= now:
            self._hand_on(self._queue[0].due)
        self._await_next()
        self._link.balance()

    def _hand_on(self, when: float) -> None:
        held = self._queue.popleft()
        if held.chunk is None:
            self.ahead.end(reset=held.reset)
        else:
            self.held -= len(held.chunk)
            self.ahead.feed(held.chunk, when)
