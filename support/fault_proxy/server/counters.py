"""What passed through a proxy: running counters and a record of each recent connection."""

import time
from collections import deque
from dataclasses import asdict, dataclass, field
from typing import Any

RECENT = 1000


@dataclass(slots=True)
class Flow:
    """Bytes in one direction: taken from the sender, given on to the receiver."""

    received: int = 0
    sent: int = 0


@dataclass(slots=True)
class Counters:
    """Sums since the process began; `failed` counts the accepted connections whose upstream could not be reached."""

    connections: int = 0
    open: int = 0
    failed: int = 0
    upstream: Flow = field(default_factory=Flow)
    downstream: Flow = field(default_factory=Flow)


@dataclass(slots=True)
class Record:
    """One connection. Times are unix seconds; `toxics` are the names of those that it drew."""

    number: int
    probe: bool
    client_port: int
    opened: float
    closed: float | None = None
    upstream: Flow = field(default_factory=Flow)
    downstream: Flow = field(default_factory=Flow)
    toxics: list[str] = field(default_factory=list)


class Tally:
    """The book of one proxy name; it outlives the proxy."""

    def __init__(self) -> None:
        self.system = Counters()
        self.probes = Counters()
        self._recent: deque[Record] = deque(maxlen=RECENT)
        self._before = {False: 0, True: 0}  # connections, and those of probes, before the seed was set

    def counters(self, record: Record) -> Counters:
        return self.probes if record.probe else self.system

    def count_anew(self) -> None:
        self._before = {False: self.system.connections, True: self.probes.connections}

    def place(self, record: Record) -> int:
        """The connection's number since the seed was set."""
        return record.number - self._before[record.probe]

    def open(self, client_port: int, *, probe: bool) -> Record:
        counters = self.probes if probe else self.system
        counters.connections += 1
        counters.open += 1
        record = Record(counters.connections, probe, client_port, time.time())
        self._recent.append(record)
        return record

    def close(self, record: Record) -> None:
        record.closed = time.time()
        self.counters(record).open -= 1

    def figures(self) -> dict[str, Any]:
        return {"counters": asdict(self.system), "probes": asdict(self.probes)}

    def recent(self) -> list[dict[str, Any]]:
        return [asdict(record) for record in self._recent]
