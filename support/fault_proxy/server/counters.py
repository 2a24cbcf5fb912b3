"""The traffic of a proxy: running counters and a record of each recent connection."""

import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

RECENT = 1000


@dataclass(slots=True)
class Flow:
    """Bytes in one direction: received from the sender, and sent on to the receiver."""

    received: int = 0
    sent: int = 0


@dataclass(slots=True)
class Counters:
    """Totals since the process started; `failed` counts the accepted connections whose upstream could not be reached."""

    connections: int = 0
    open: int = 0
    failed: int = 0
    upstream: Flow = field(default_factory=Flow)
    downstream: Flow = field(default_factory=Flow)


@dataclass(slots=True)
class ConnectionRecord:
    """One connection. Times are unix seconds; `toxics` are the names of those that it drew."""

    number: int
    probe: bool
    client_port: int
    opened: float
    closed: float | None = None
    upstream: Flow = field(default_factory=Flow)
    downstream: Flow = field(default_factory=Flow)
    toxics: list[str] = field(default_factory=list)


class ProxyCounters:
    """The counters of all proxies that have had one name; they outlive each proxy."""

    def __init__(self) -> None:
        self.system = Counters()
        self.probes = Counters()
        self._recent: deque[ConnectionRecord] = deque(maxlen=RECENT)
        self._before = {False: 0, True: 0}  # connections opened before the seed was set; by whether they are of probes

    def counters(self, record: ConnectionRecord) -> Counters:
        return self.probes if record.probe else self.system

    def restart_numbering(self) -> None:
        self._before = {False: self.system.connections, True: self.probes.connections}

    def number_since_seed(self, record: ConnectionRecord) -> int:
        """The connection's number since the seed was set."""
        return record.number - self._before[record.probe]

    def open(self, client_port: int, *, probe: bool) -> ConnectionRecord:
        counters = self.probes if probe else self.system
        counters.connections += 1
        counters.open += 1
        record = ConnectionRecord(counters.connections, probe, client_port, time.time())
        self._recent.append(record)
        return record

    def close(self, record: ConnectionRecord) -> None:
        record.closed = time.time()
        self.counters(record).open -= 1

    def as_json(self) -> dict[str, Any]:
        return {"counters": asdict(self.system), "probes": asdict(self.probes)}

    def recent(self) -> list[dict[str, Any]]:
        return [asdict(record) for record in self._recent]
