"""The two endpoints of a connection and the relay for each direction, with its chain of toxic stages."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Sequence
from random import Random
from time import monotonic
from typing import cast

from support.fault_proxy.server.counters import Flow
from support.fault_proxy.server.toxic_stage import Sink, ToxicStage
from support.fault_proxy.server.toxic_stages import STAGE_TYPES
from support.fault_proxy.server.toxics import Stream, Toxic

RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Endpoint(asyncio.Protocol):
    """The client's or the upstream's end of a connection."""

    outgoing: "Relay"
    incoming: "Relay"

    def __init__(self, lost: Callable[[], None]) -> None:
        self.transport: asyncio.Transport | None = None
        self._lost = lost

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's class has the methods but not the base class

    def data_received(self, data: bytes) -> None:
        self.outgoing.receive(data)

    def eof_received(self) -> bool:
        self.outgoing.source_ended(reset=False)
        return True  # our side stays open until the relays have passed on what they hold

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self.incoming.abandon()
        self.outgoing.source_ended(reset=exc is not None)
        self._lost()

    def pause_writing(self) -> None:
        self.incoming.set_backpressure(full=True)

    def resume_writing(self) -> None:
        self.incoming.set_backpressure(full=False)

    def write(self, chunk: bytes) -> None:
        if self.transport is not None:
            self.transport.write(chunk)

    def read(self, *, enabled: bool) -> None:
        if self.transport is not None and not self.transport.is_closing():
            if enabled:
                self.transport.resume_reading()
            else:
                self.transport.pause_reading()

    def close(self) -> None:
        """Close once everything written has been sent."""
        if self.transport is not None:
            self.transport.close()

    def cut(self, *, reset: bool = False) -> None:
        """Close immediately; with *reset* the peer receives an RST."""
        if self.transport is None:
            return
        if reset:
            with contextlib.suppress(OSError):  # the peer has closed first
                self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self.transport.abort()


class Relay:
    """One direction of a connection: from *source* through the toxic stages to *target*.

    Memory is bounded: the source is not read while a stage holds more than its limit or the target accepts no bytes.
    """

    opposite: "Relay"

    def __init__(self, stream: Stream, source: Endpoint, target: Endpoint, flows: tuple[Flow, Flow]) -> None:
        self.stream = stream
        self._source = source
        self._target = target
        self._flow, self._total = flows
        self._stages: list[ToxicStage] = []
        self._head: Sink = self
        self._started = False
        self._early: list[bytes] = []
        self._source_ended = False
        self._source_reset = False
        self._target_closed = False
        self._backpressure = False
        self._reading = True

    def start(self) -> None:
        """Both endpoints are connected."""
        self._started = True
        for chunk in self._early:
            self.receive(chunk)
        self._early.clear()
        if self._source_ended:
            self._head.end(reset=self._source_reset)
        self.balance()

    def receive(self, chunk: bytes) -> None:
        if not self._started:
            self._early.append(chunk)
            self._read(enabled=False)
            return
        size = len(chunk)
        self._flow.received += size
        self._total.received += size
        self._head.feed(chunk, monotonic())
        if self._stages:
            self.balance()

    def source_ended(self, *, reset: bool) -> None:
        if not self._source_ended:
            self._source_ended, self._source_reset = True, reset
            if self._started:
                self._head.end(reset=reset)

    def feed(self, chunk: bytes, arrived: float) -> None:  # noqa: ARG002  the chain ends here
        if not self._target_closed:
            size = len(chunk)
            self._flow.sent += size
            self._total.sent += size
            self._target.write(chunk)

    def end(self, *, reset: bool) -> None:
        if self._target_closed:
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
        """The target is closed: nothing more can be delivered."""
        self._target_closed = True
        for stage in self._stages:
            stage.stop()
        self._stages = []
        self._head = self

    def set_backpressure(self, *, full: bool) -> None:
        self._backpressure = full
        self.balance()

    def balance(self) -> None:
        self._read(enabled=not self._backpressure and all(stage.held <= stage.limit for stage in self._stages))

    def _read(self, *, enabled: bool) -> None:
        if enabled != self._reading:
            self._reading = enabled
            self._source.read(enabled=enabled)

    def apply(self, toxics: Sequence[Toxic], random_for: Callable[[Toxic], Random]) -> list[str]:
        """Replace the stages by those of *toxics*; return the names of the toxics that this connection drew."""
        if self._target_closed:
            return []
        former = {stage.toxic.name: stage for stage in self._stages}
        stages: list[ToxicStage] = []
        for toxic in toxics:
            stage = former.get(toxic.name)
            if stage is not None and stage.toxic is toxic:
                stages.append(stage)
            elif toxic.affects(self.stream) and (random := random_for(toxic)).random() < toxic.toxicity:
                new = STAGE_TYPES[toxic.type](toxic, random, self)
                if stage is not None:
                    new.take_over_from(stage)
                stages.append(new)
        names = [stage.toxic.name for stage in stages]
        for stage in self._stages:  # from the source on: what one stage flushes goes behind what the next one holds
            if stage.toxic.name not in names:
                stage.remove()
            elif stage not in stages:
                stage.flush()
        if not self._target_closed:
            self._chain(stages)
        self.balance()
        return names

    def _chain(self, stages: list[ToxicStage]) -> None:
        self._stages = stages
        sinks: list[Sink] = [*stages, self]
        self._head = sinks[0]
        for stage, ahead in zip(stages, sinks[1:], strict=True):
            stage.ahead = ahead
