"""The types of toxics, their attributes and the units of these."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Stream = Literal["upstream", "downstream"]
STREAMS: tuple[Stream, ...] = ("upstream", "downstream")


@dataclass(frozen=True, slots=True)
class Attribute:
    """A whole number of *unit*, at least *lowest*; 0 if it is left out."""

    unit: str
    lowest: int = 0


TOXIC_TYPES: Mapping[str, Mapping[str, Attribute]] = {
    "latency": {"latency": Attribute("milliseconds"), "jitter": Attribute("milliseconds")},
    "bandwidth": {"rate": Attribute("kilobytes per second")},
    "slow_close": {"delay": Attribute("milliseconds")},
    "timeout": {"timeout": Attribute("milliseconds")},
    "reset_peer": {"timeout": Attribute("milliseconds")},
    "slicer": {
        "average_size": Attribute("bytes", lowest=1),
        "size_variation": Attribute("bytes"),
        "delay": Attribute("microseconds"),
    },
    "limit_data": {"bytes": Attribute("bytes")},
    "blackhole": {},
}


@dataclass(frozen=True, slots=True)
class Toxic:
    """One fault on one direction of a proxy; *toxicity* is the share of connections that it affects."""

    name: str
    type: str
    stream: Stream
    toxicity: float
    attributes: Mapping[str, int]

    def affects(self, stream: Stream) -> bool:
        return self.stream == stream or self.type == "blackhole"

    def as_json(self) -> dict[str, Any]:
        return {
            "attributes": dict(self.attributes),
            "name": self.name,
            "type": self.type,
            "stream": self.stream,
            "toxicity": self.toxicity,
        }
