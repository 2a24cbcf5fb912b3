"""The two ends of a connection and the links between them, each with its chain of stages."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Sequence
from random import Random
from time import monotonic
from typing import cast

from support.fault_proxy.server.counters import Flow
from support.fault_proxy.server.toxic_stage import Sink, Stage
from support.fault_proxy.server.toxic_stages import STAGES
from support.fault_proxy.server.toxics import Stream, Toxic

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class End(asyncio.Protocol):
    """The client's or the upstream's side of a connection."""

    outgoing: "Link"
    incoming: "Link"

    def __init__(self, lost: Callable[[], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self._lost = lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's has its methods, but not its ancestry

    def data_received(self, data: bytes) -> None:
        self.outgoing.receive(data)

    def eof_received(self) -> bool:
        self.outgoing.source_ended(reset=False)
        return True  # our side stays open until the links have handed on what they hold

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.incoming.abandon()
        self.outgoing.source_ended(reset=exc is not None)
        self._lost()

    def pause_writing(self) -> None:
        self.incoming.hold_back(full=True)

    def resume_writing(self) -> None:
        self.incoming.hold_back(full=False)

    def write(self, chunk: bytes) -> None:
        if self.transport is not None:
            self.transport.write(chunk)

    def read(self, *, wanted: bool) -> None:
        if self.transport is not None and not self.transport.is_closing():
            if wanted:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def close(self) -> None:
        """Close once all that was written is out."""
        if self.transport is not None:
            self.transport.close()

    def cut(self, *, reset: bool = False) -> None:
        """Close now; with *reset* the peer gets an RST."""
        if self.transport is None:
            return
        if reset:
            with contextlib.suppress(OSError):  # the peer was faster
                self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class Link:
    """One direction of a connection: from *source* through the stages to *target*.

    Memory is bounded: the source is not read while a stage holds more than its limit or the target takes nothing.
    """

    opposite: "Link"

    def __init__(self, stream: Stream, source: End, target: End, flows: tuple[Flow, Flow]) -> None:
        self.stream = stream
        self._source = source
        self._target = target
        self._flow, self._total = flows
        self._stages: list[Stage] = []
        self._head: Sink = self
        self._started = False
        self._early: list[bytes] = []
        self._source_over = False
        self._source_reset = False
        self._target_over = False
        self._held_back = False
        self._reading = True

    def start(self) -> None:
        """Both ends are there."""
        self._started = True
        for chunk in self._early:
            self.receive(chunk)
        self._early.clear()
        if self._source_over:
            self._head.end(reset=self._source_reset)
        self.balance()

    def receive(self, chunk: bytes) -> None:
        if not self._started:
            self._early.append(chunk)
            self._read(wanted=False)
            return
        size = len(chunk)
        self._flow.received += size
        self._total.received += size
        self._head.feed(chunk, monotonic())
        if self._stages:
            self.balance()

    def source_ended(self, *, reset: bool) -> None:
        if not self._source_over:
            self._source_over, self._source_reset = True, reset
            if self._started:
                self._head.end(reset=reset)

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002 - the chain ends here
        if not self._target_over:
            size = len(chunk)
            self._flow.sent += size
            self._total.sent += size
            self._target.write(chunk)

    def end(self, *, reset: bool) -> None:
        if self._target_over:
            return
        self.abandon()
        if reset:
            self._target.cut(reset=True)
        else:
            self._target.close()
        self.opposite.source_ended(reset=reset)

    def reset(self) -> None:
        for end in (self._source, self._target):
            end.cut(reset=True)

    def abandon(self) -> None:
        """The target is gone: nothing more can be delivered."""
        self._target_over = True
        for stage in self._stages:
            stage.stop()
        self._stages = []
        self._head = self

    def hold_back(self, *, full: bool) -> None:
        self._held_back = full
        self.balance()

    def balance(self) -> None:
        self._read(wanted=not self._held_back and all(stage.held <= stage.limit for stage in self._stages))

    def _read(self, *, wanted: bool) -> None:
        if wanted != self._reading:
            self._reading = wanted
            self._source.read(wanted=wanted)

    def apply(self, toxics: Sequence[Toxic], draws: Callable[[Toxic], Random]) -> list[str]:
        """Make *toxics* those that work here, from now on; return the names of those that this connection drew."""
        if self._target_over:
            return []
        former = {stage.toxic.name: stage for stage in self._stages}
        stages: list[Stage] = []
        for toxic in toxics:
            stage = former.get(toxic.name)
            if stage is not None and stage.toxic is toxic:
                stages.append(stage)
            elif toxic.touches(self.stream) and (random := draws(toxic)).random() < toxic.toxicity:
                new = STAGES[toxic.type](toxic, random, self)
                if stage is not None:
                    new.follow(stage)
                stages.append(new)
        names = [stage.toxic.name for stage in stages]
        for stage in self._stages:  # from the source on: what one gives up, the next still holds behind its own
            if stage.toxic.name not in names:
                stage.lift()
            elif stage not in stages:
                stage.release()
        if not self._target_over:
            self._chain(stages)
        self.balance()
        return names

    def _chain(self, stages: list[Stage]) -> None:
        self._stages = stages
        sinks: list[Sink] = [*stages, self]
        self._head = sinks[0]
        for stage, ahead in zip(stages, sinks[1:], strict=True):
            stage.ahead = ahead
