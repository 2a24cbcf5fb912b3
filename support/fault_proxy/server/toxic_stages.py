"""Toxics at work, one stage for each type."""

import math
from random import Random
from time import monotonic

from support.fault_proxy.server.toxic_stage import Held, Outlet, Queue, Stage
from support.fault_proxy.server.toxics import Toxic


class Latency(Queue):
    """Each chunk leaves `latency` ± `jitter` ms after it arrived, in order; the end is not delayed of itself."""

    limit = 4 * 1024 * 1024  # a delayed line must be able to hold what is under way on it

    def feed(self, chunk: bytes, arrived: float) -> None:
        jitter = self.toxic.attributes["jitter"]
        delay = self.toxic.attributes["latency"] + (self._draws.uniform(-jitter, jitter) if jitter else 0)
        self._put(Held(max(self._last_due, arrived + delay / 1000), chunk))


class Bandwidth(Queue):
    """At most `rate` bytes leave in a millisecond, in pieces of at most 100 ms; with rate 0 nothing leaves."""

    def feed(self, chunk: bytes, arrived: float) -> None:
        rate = self.toxic.attributes["rate"]
        if rate == 0:
            self._put(Held(math.inf, chunk))
            return
        for start in range(0, len(chunk), rate * 100):
            piece = chunk[start : start + rate * 100]
            self._put(Held(max(self._last_due, arrived) + len(piece) / (rate * 1000), piece))


class SlowClose(Queue):
    """The end comes `delay` milliseconds late."""

    def end(self, *, reset: bool) -> None:
        self._put(Held(monotonic() + self.toxic.attributes["delay"] / 1000, None, reset))


class Slicer(Queue):
    """Cuts into pieces of `average_size` ± `size_variation` bytes and leaves `delay` microseconds after each."""

    _next = 0.0

    def feed(self, chunk: bytes, arrived: float) -> None:
        average, variation = self.toxic.attributes["average_size"], self.toxic.attributes["size_variation"]
        start = 0
        while start < len(chunk):
            size = average + (self._draws.randint(-variation, variation) if variation else 0)
            self._put(Held(arrived, chunk[start : start + size]))
            start += size

    def _await_next(self) -> None:
        if self._queue:
            self._wake(self._next, self._hand_on_due)

    def _hand_on_due(self) -> None:
        # One piece in a turn of the loop: pieces that leave in the same turn would be joined again on the way.
        self._hand_on(monotonic())
        self._next = monotonic() + self.toxic.attributes["delay"] / 1_000_000
        self._await_next()
        self._link.balance()


class Timeout(Stage):
    """Drops everything; closes after `timeout` milliseconds without any bytes, with 0 never. Lifting closes, too."""

    def __init__(self, toxic: Toxic, draws: Random, link: Outlet) -> None:
        super().__init__(toxic, draws, link)
        self._start()

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002 - dropped
        self._start()

    def lift(self) -> None:
        self.stop()
        self.ahead.end(reset=False)

    def _start(self) -> None:
        if patience := self.toxic.attributes["timeout"]:
            self._wake(monotonic() + patience / 1000, lambda: self.ahead.end(reset=False))


class ResetPeer(Queue):
    """`timeout` milliseconds after the first bytes or the end both ends of the connection are reset."""

    def feed(self, chunk: bytes, arrived: float) -> None:
        self._start(arrived)
        self._put(Held(math.inf, chunk))

    def end(self, *, reset: bool) -> None:
        self._start(monotonic())
        self._put(Held(math.inf, None, reset))

    def _start(self, now: float) -> None:
        if not self._queue:
            self._wake(now + self.toxic.attributes["timeout"] / 1000, self._link.reset)


class LimitData(Stage):
    """Lets `bytes` bytes through, then closes the connection; an update does not start the count anew."""

    _passed = 0

    def follow(self, former: Stage) -> None:
        if isinstance(former, LimitData):
            self._passed = former._passed  # noqa: SLF001 - a sister's

    def feed(self, chunk: bytes, arrived: float) -> None:
        left = self.toxic.attributes["bytes"] - self._passed
        if part := chunk[: max(0, left)]:
            self._passed += len(part)
            self.ahead.feed(part, arrived)
        if left <= len(chunk):
            self.ahead.end(reset=False)


class Blackhole(Queue):
    """Holds everything until it is lifted, and stops reading from the source."""

    limit = -1

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002 - it leaves when the toxic is lifted
        self._put(Held(math.inf, chunk))

    def end(self, *, reset: bool) -> None:
        self._put(Held(math.inf, None, reset))


STAGES: dict[str, type[Stage]] = {
    "latency": Latency,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "slicer": Slicer,
    "limit_data": LimitData,
    "blackhole": Blackhole,
}
