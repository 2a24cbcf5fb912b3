"""One proxy: its listening address, its upstream, its active toxics and its open connections."""

import socket
from collections.abc import Callable
from random import Random
from typing import Any

from support.fault_proxy.server.api_errors import ApiError, not_found
from support.fault_proxy.server.api_values import ProxyConfig, read_toxic, read_toxic_update
from support.fault_proxy.server.connection import Connection
from support.fault_proxy.server.counters import ConnectionRecord, ProxyCounters
from support.fault_proxy.server.listener import Listener
from support.fault_proxy.server.toxics import STREAMS, Toxic
from support.probes.marking import PROBES_COME_FROM


class Proxy:
    """No method waits for a client or for the upstream, so no API request can hang."""

    def __init__(self, wanted: ProxyConfig, seed: int, counters: ProxyCounters) -> None:
        self.name = wanted.name
        self.enabled = False
        self._listener = Listener(wanted.listen, self._accepted)
        self._upstream, self._target = wanted.upstream, _target(wanted.upstream)
        self._seed = seed
        self._counters = counters
        self._toxics: list[Toxic] = []
        self._connections: set[Connection] = set()

    def wanted(self) -> ProxyConfig:
        return ProxyConfig(self.name, self._listener.address, self._upstream, self.enabled)

    def has_addresses_of(self, wanted: ProxyConfig) -> bool:
        """Whether *wanted* has the same listening address and the same upstream."""
        return wanted.upstream == self._upstream and self._listener.is_at(wanted.listen)

    def update(self, wanted: ProxyConfig) -> None:
        if not self.has_addresses_of(wanted):
            target = _target(wanted.upstream)
            self.disable()
            if not self._listener.is_at(wanted.listen):
                listener = Listener(wanted.listen, self._accepted)
                self._listener.release()
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
            self._apply_toxics()

    def disable(self) -> None:
        """Refuse new connections and close the open ones."""
        self.enabled = False
        self._listener.close()
        for connection in list(self._connections):
            connection.cut()

    def delete(self) -> None:
        self.disable()
        self._listener.release()

    def toxic(self, name: str) -> Toxic:
        for toxic in self._toxics:
            if toxic.name == name:
                return toxic
        raise not_found("toxic", name, [toxic.name for toxic in self._toxics])

    def toxics(self) -> list[Toxic]:
        """Upstream before downstream, each in the order in which they are applied."""
        return sorted(self._toxics, key=lambda toxic: STREAMS.index(toxic.stream))

    def add(self, body: bytes) -> Toxic:
        toxic = read_toxic(body)
        if any(toxic.name == other.name for other in self._toxics):
            raise ApiError(
                f"toxic already exists: {toxic.name!r} on proxy {self.name!r}; update it, remove it, or choose another name",
                409,
            )
        self._toxics.append(toxic)
        try:
            self._apply_toxics()
        except ApiError:
            self._toxics.remove(toxic)
            raise
        return toxic

    def change(self, name: str, body: bytes) -> Toxic:
        former = self.toxic(name)
        toxic = read_toxic_update(body, former)
        self._toxics[self._toxics.index(former)] = toxic
        self._apply_toxics()
        return toxic

    def remove(self, name: str) -> None:
        self._toxics.remove(self.toxic(name))
        self._apply_toxics()

    def reseed(self, seed: int) -> None:
        """Draw from *seed* from now on, and number the connections from 1 for this purpose."""
        self._seed = seed
        self._counters.restart_numbering()

    def remove_all(self) -> None:
        """Remove all toxics."""
        self._toxics.clear()
        self._apply_toxics()

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "listen": self._listener.address,
            "upstream": self._upstream,
            "enabled": self.enabled,
            "toxics": [toxic.as_json() for toxic in self.toxics()],
            **self._counters.as_json(),
        }

    def recent(self) -> list[dict[str, Any]]:
        return self._counters.recent()

    def _apply_toxics(self) -> None:
        """Apply the present toxics to the listener and to the open connections."""
        if any(toxic.type == "blackhole" for toxic in self._toxics):
            self._listener.drop_connects()
        for connection in list(self._connections):
            self._apply_toxics_to(connection)
        if not any(toxic.type == "blackhole" for toxic in self._toxics):
            self._listener.accept_connects()

    def _apply_toxics_to(self, connection: Connection) -> None:
        connection.apply(self._toxics, self._random_for(connection.record))

    def _random_for(self, record: ConnectionRecord) -> Callable[[Toxic], Random]:
        draw = f"{self._seed}/{self.name}/{self._counters.number_since_seed(record)}"
        return lambda toxic: Random(f"{draw}/{toxic.name}")  # noqa: S311  reproducible, not secret

    def _accepted(self, client: socket.socket, host: str, port: int) -> None:
        record = self._counters.open(port, probe=host == PROBES_COME_FROM)
        connection = Connection(client, record, self._counters.counters(record), self._closed)
        self._connections.add(connection)
        connection.open(*self._target, self._apply_toxics_to)

    def _closed(self, connection: Connection) -> None:
        self._connections.discard(connection)
        self._counters.close(connection.record)


def _target(upstream: str) -> tuple[str, int]:
    host, _, port = upstream.rpartition(":")
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise ApiError(f"upstream {upstream!r}: expected host:port, such as 127.0.0.1:6379", 400)
    return host.strip("[]") or "localhost", int(port)
