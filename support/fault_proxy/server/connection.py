"""One proxied connection: a client, the upstream, and the toxics between them."""

import asyncio
import socket
from collections.abc import Callable, Sequence
from random import Random

from support.fault_proxy.server.counters import ConnectionRecord, Counters
from support.fault_proxy.server.relay import RESET_ON_CLOSE, Endpoint, Relay
from support.fault_proxy.server.toxics import Toxic


class Connection:
    """A client, the upstream, and the relays between them."""

    def __init__(
        self, client: socket.socket, record: ConnectionRecord, totals: Counters, closed: Callable[["Connection"], None]
    ) -> None:
        self.record = record
        self._socket = client
        self._totals = totals
        self._closed = closed
        self._finished = False
        self._connecting: asyncio.Task[None] | None = None
        self._client, self._upstream = Endpoint(self._end_lost), Endpoint(self._end_lost)
        up = Relay("upstream", self._client, self._upstream, (record.upstream, totals.upstream))
        down = Relay("downstream", self._upstream, self._client, (record.downstream, totals.downstream))
        up.opposite, down.opposite = down, up
        self._client.outgoing = self._upstream.incoming = up
        self._upstream.outgoing = self._client.incoming = down
        self._relays = (up, down)

    def open(self, host: str, port: int, ready: Callable[["Connection"], None]) -> None:
        """Connect to the upstream; *ready* is called before the first byte passes."""
        self._connecting = asyncio.get_running_loop().create_task(self._connect(host, port, ready))

    def apply(self, toxics: Sequence[Toxic], random_for: Callable[[Toxic], Random]) -> None:
        if self._connecting is None:
            for relay in self._relays:
                new = relay.apply(toxics, random_for)
                self.record.toxics += [name for name in new if name not in self.record.toxics]

    def cut(self) -> None:
        """Close both ends immediately; bytes in flight are lost."""
        if self._connecting is not None:
            self._connecting.cancel()
        for relay in self._relays:
            relay.abandon()
        for end in (self._client, self._upstream):
            end.cut()
        if self._client.transport is None:
            self._socket.close()
        self._finish()

    async def _connect(self, host: str, port: int, ready: Callable[["Connection"], None]) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: self._upstream, host, port)
            await loop.connect_accepted_socket(lambda: self._client, self._socket)
        except ConnectionResetError:  # the upstream has accepted the connection and reset it at once
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
            self.cut()
        except OSError:
            self._totals.failed += 1
            self.cut()
        else:
            self._connecting = None
            ready(self)
            for relay in self._relays:
                relay.start()

    def _end_lost(self) -> None:
        if self._connecting is None and self._client.transport is None and self._upstream.transport is None:
            self._finish()

    def _finish(self) -> None:
        if not self._finished:
            self._finished = True
            self._closed(self)
