"""One proxied connection: a client, the upstream, and the toxics in between."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from random import Random

from support.fault_proxy.server.counters import Counters, Record
from support.fault_proxy.server.link import End, Link
from support.fault_proxy.server.toxics import Toxic


class Connection:
    """A client, the upstream, and what lies between."""

    def __init__(
        self, client: socket.socket, record: Record, totals: Counters, closed: Callable[["Connection"], None]
    ) -> None:
        self.record = record
        self._socket = client
        self._totals = totals
        self._closed = closed
        self._finished = False
        self._dial: asyncio.Task[None] | None = None
        self._client, self._upstream = End(self._end_lost), End(self._end_lost)
        up = Link("upstream", self._client, self._upstream, (record.upstream, totals.upstream))
        down = Link("downstream", self._upstream, self._client, (record.downstream, totals.downstream))
        up.opposite, down.opposite = down, up
        self._client.outgoing = self._upstream.incoming = up
        self._upstream.outgoing = self._client.incoming = down
        self._links = (up, down)

    def open(self, host: str, port: int, ready: Callable[["Connection"], None]) -> None:
        """Reach the upstream; *ready* is called before the first byte passes."""
        self._dial = asyncio.get_running_loop().create_task(self._reach(host, port, ready))

    def apply(self, toxics: Sequence[Toxic], draws: Callable[[Toxic], Random]) -> None:
        if self._dial is None:
            for link in self._links:
                new = link.apply(toxics, draws)
                self.record.toxics += [name for name in new if name not in self.record.toxics]

    def cut(self) -> None:
        """Close both ends now, whatever is under way."""
        if self._dial is not None:
            self._dial.cancel()
        for link in self._links:
            link.abandon()
        for end in (self._client, self._upstream):
            end.cut()
        if self._client.transport is None:
            self._socket.close()
        self._finish()

    async def _reach(self, host: str, port: int, ready: Callable[["Connection"], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self._upstream, host, port)
            await loop.connect_accepted_socket(lambda: self._client, self._socket)
        except OSError:
            self._totals.failed += 1
            self.cut()
        else:
            self._dial = None
            ready(self)
            for link in self._links:
                link.start()

    def _end_lost(self) -> None:
        if self._dial is None and self._client.transport is None and self._upstream.transport is None:
            self._finish()

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._closed(self)
