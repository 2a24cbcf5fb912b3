"""One stage for each type of toxic."""

import math
from random import Random
from time import monotonic

from support.fault_proxy.server.toxic_stage import DelayQueue, Outlet, QueuedItem, ToxicStage
from support.fault_proxy.server.toxics import Toxic


class Latency(DelayQueue):
    """Each chunk leaves `latency` ± `jitter` ms after it arrived, in order. The end of the stream has no delay of its own."""

    limit = 4 * 1024 * 1024  # holds all bytes in flight on a slow line

    def feed(self, chunk: bytes, arrived: float) -> None:
        jitter = self.toxic.attributes["jitter"]
        delay = self.toxic.attributes["latency"] + (self._random.uniform(-jitter, jitter) if jitter else 0)
        self._put(QueuedItem(max(self._last_due, arrived + delay / 1000), chunk))


class Bandwidth(DelayQueue):
    """At most `rate` bytes leave per millisecond, in pieces of at most 100 ms; with rate 0 nothing leaves."""

    def feed(self, chunk: bytes, arrived: float) -> None:
        rate = self.toxic.attributes["rate"]
        if rate == 0:
            self._put(QueuedItem(math.inf, chunk))
            return
        for start in range(0, len(chunk), rate * 100):
            piece = chunk[start : start + rate * 100]
            self._put(QueuedItem(max(self._last_due, arrived) + len(piece) / (rate * 1000), piece))


class SlowClose(DelayQueue):
    """The end of the stream is delayed by `delay` milliseconds."""

    def end(self, *, reset: bool) -> None:
        self._put(QueuedItem(monotonic() + self.toxic.attributes["delay"] / 1000, None, reset))


class Slicer(DelayQueue):
    """Cuts the bytes into pieces of `average_size` ± `size_variation` and waits `delay` microseconds after each piece."""

    _next = 0.0

    def feed(self, chunk: bytes, arrived: float) -> None:
        average, variation = self.toxic.attributes["average_size"], self.toxic.attributes["size_variation"]
        start = 0
        while start < len(chunk):
            size = average + (self._random.randint(-variation, variation) if variation else 0)
            self._put(QueuedItem(arrived, chunk[start : start + size]))
            start += size

    def _await_next(self) -> None:
        if self._queue:
            self._schedule(self._next, self._pass_on_due)

    def _pass_on_due(self) -> None:
        # One piece per iteration of the event loop: pieces sent in the same iteration would be joined again by TCP.
        self._pass_on(monotonic())
        self._next = monotonic() + self.toxic.attributes["delay"] / 1_000_000
        self._await_next()
        self._outlet.balance()


class Timeout(ToxicStage):
    """Drops everything; closes the connection after `timeout` milliseconds without bytes (0: never) and on removal."""

    def __init__(self, toxic: Toxic, random: Random, outlet: Outlet) -> None:
        super().__init__(toxic, random, outlet)
        self._start()

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002  dropped
        self._start()

    def remove(self) -> None:
        self.stop()
        self.ahead.end(reset=False)

    def _start(self) -> None:
        if timeout := self.toxic.attributes["timeout"]:
            self._schedule(monotonic() + timeout / 1000, lambda: self.ahead.end(reset=False))


class ResetPeer(DelayQueue):
    """Resets both ends of the connection `timeout` milliseconds after the first bytes or the end of the stream."""

    def feed(self, chunk: bytes, arrived: float) -> None:
        self._start(arrived)
        self._put(QueuedItem(math.inf, chunk))

    def end(self, *, reset: bool) -> None:
        self._start(monotonic())
        self._put(QueuedItem(math.inf, None, reset))

    def _start(self, now: float) -> None:
        if not self._queue:
            self._schedule(now + self.toxic.attributes["timeout"] / 1000, self._outlet.reset)


class LimitData(ToxicStage):
    """Lets `bytes` bytes through, then closes the connection; an update does not restart the count."""

    _passed = 0

    def take_over_from(self, former: ToxicStage) -> None:
        if isinstance(former, LimitData):
            self._passed = former._passed  # noqa: SLF001  of the same class

    def feed(self, chunk: bytes, arrived: float) -> None:
        left = self.toxic.attributes["bytes"] - self._passed
        if part := chunk[: max(0, left)]:
            self._passed += len(part)
            self.ahead.feed(part, arrived)
        if left <= len(chunk):
            self.ahead.end(reset=False)


class Blackhole(DelayQueue):
    """Holds everything until it is removed, and stops reading from the source."""

    limit = -1

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002  it leaves when the toxic is removed
        self._put(QueuedItem(math.inf, chunk))

    def end(self, *, reset: bool) -> None:
        self._put(QueuedItem(math.inf, None, reset))


STAGE_TYPES: dict[str, type[ToxicStage]] = {
    "latency": Latency,
    "bandwidth": Bandwidth,
    "slow_close": SlowClose,
    "timeout": Timeout,
    "reset_peer": ResetPeer,
    "slicer": Slicer,
    "limit_data": LimitData,
    "blackhole": Blackhole,
}
