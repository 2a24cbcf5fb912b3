"""One proxy: where it listens, where it leads, the toxics in force and the connections that are open."""

import socket
from collections.abc import Callable
from random import Random
from typing import Any

from support.fault_proxy.server.api_errors import RefusedError, not_found
from support.fault_proxy.server.api_values import Wanted, read_toxic, read_toxic_update
from support.fault_proxy.server.connection import Connection
from support.fault_proxy.server.counters import Record, Tally
from support.fault_proxy.server.listener import Listener
from support.fault_proxy.server.toxics import STREAMS, Toxic
from support.probes.marking import PROBES_COME_FROM


class Proxy:
    """Everything here is done at once, without waiting for anybody: no request to the proxy can hang."""

    def __init__(self, wanted: Wanted, seed: int, tally: Tally) -> None:
        self.name = wanted.name
        self.enabled = False
        self._listener = Listener(wanted.listen, self._accepted)
        self._upstream, self._target = wanted.upstream, _target(wanted.upstream)
        self._seed = seed
        self._tally = tally
        self._toxics: list[Toxic] = []
        self._connections: set[Connection] = set()

    def wanted(self) -> Wanted:
        return Wanted(self.name, self._listener.address, self._upstream, self.enabled)

    def leads(self, wanted: Wanted) -> bool:
        """True when *wanted* has our listening address and our upstream."""
        return wanted.upstream == self._upstream and self._listener.serves(wanted.listen)

    def update(self, wanted: Wanted) -> None:
        if not self.leads(wanted):
            target = _target(wanted.upstream)
            self.disable()
            if not self._listener.serves(wanted.listen):
                listener = Listener(wanted.listen, self._accepted)
                self._listener.give_back()
                self._listener = listener
            self._upstream, self._target = wanted.upstream, target
        if wanted.enabled:
            self.enable()
        else:
            self.disable()

    def enable(self) -> None:
        if not self.enabled:
            self._listener.open()
            self.enabled = True
            self._settle()

    def disable(self) -> None:
        """Refuse connects and cut what is open."""
        self.enabled = False
        self._listener.close()
        for connection in list(self._connections):
            connection.cut()

    def delete(self) -> None:
        self.disable()
        self._listener.give_back()

    def toxic(self, name: str) -> Toxic:
        for toxic in self._toxics:
            if toxic.name == name:
                return toxic
        raise not_found("toxic", name, [toxic.name for toxic in self._toxics])

    def toxics(self) -> list[Toxic]:
        """Upstream before downstream, each in the order of their work."""
        return sorted(self._toxics, key=lambda toxic: STREAMS.index(toxic.stream))

    def add(self, body: bytes) -> Toxic:
        toxic = read_toxic(body)
        if any(toxic.name == other.name for other in self._toxics):
            raise RefusedError(
                f"toxic already exists: {toxic.name!r} on proxy {self.name!r}; update, remove or name it otherwise",
                409,
            )
        self._toxics.append(toxic)
        try:
            self._settle()
        except RefusedError:
            self._toxics.remove(toxic)
            raise
        return toxic

    def change(self, name: str, body: bytes) -> Toxic:
        former = self.toxic(name)
        toxic = read_toxic_update(body, former)
        self._toxics[self._toxics.index(former)] = toxic
        self._settle()
        return toxic

    def remove(self, name: str) -> None:
        self._toxics.remove(self.toxic(name))
        self._settle()

    def reseed(self, seed: int) -> None:
        """Draw as if *seed* had been there from the start, and no connection yet."""
        self._seed = seed
        self._tally.count_anew()

    def purge(self) -> None:
        """Lift all toxics."""
        self._toxics.clear()
        self._settle()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "listen": self._listener.address,
            "upstream": self._upstream,
            "enabled": self.enabled,
            "toxics": [toxic.as_json() for toxic in self.toxics()],
            **self._tally.figures(),
        }

    def recent(self) -> list[dict[str, Any]]:
        return self._tally.recent()

    def _settle(self) -> None:
        """Bring listener and open connections in line with the toxics."""
        if any(toxic.type == "blackhole" for toxic in self._toxics):
            self._listener.fall_silent()
        for connection in list(self._connections):
            self._poison(connection)
        if not any(toxic.type == "blackhole" for toxic in self._toxics):
            self._listener.speak()

    def _poison(self, connection: Connection) -> None:
        connection.apply(self._toxics, self._draws(connection.record))

    def _draws(self, record: Record) -> Callable[[Toxic], Random]:
        whose = f"{self._seed}/{self.name}/{self._tally.place(record)}"
        return lambda toxic: Random(f"{whose}/{toxic.name}")  # noqa: S311 - to be repeated, not to be secret

    def _accepted(self, client: socket.socket, host: str, port: int) -> None:
        record = self._tally.open(port, probe=host == PROBES_COME_FROM)
        connection = Connection(client, record, self._tally.counters(record), self._closed)
        self._connections.add(connection)
        connection.open(*self._target, self._poison)

    def _closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._tally.close(connection.record)


def _target(upstream: str) -> tuple[str, int]:
    host, _, port = upstream.rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise RefusedError(f"upstream {upstream!r}: it reads host:port, as 127.0.0.1:6379", 400)
    return host.strip("[]"), int(port)
