"""What can go wrong, as plain values: no backend, no proxy, no behave in here.

A fault knows two things about itself: how to tell it in words, and by which sign a client on the system's own path
notices it (`felt`). How it is brought about is an injector's business.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, Protocol

from support.core.target import Target
from support.probes.reading import Reading, Symptom


class Mechanism(Enum):
    """Who brings a fault about; each has one injector per backend."""

    LINK = "link"
    PART = "part"
    SCRIPT = "script"
    DATA = "data"
    MEMORY = "memory"
    DISK = "disk"
    NETWORK = "network"
    PRESSURE = "pressure"


class Fault(Protocol):
    """`dials` is how often a probe may look for a fault that strikes only some; `asks` names what the probe asks for."""

    mechanism: ClassVar[Mechanism]
    dials: ClassVar[int]

    def felt(self, seen: Reading) -> bool: ...
    def patience_s(self) -> float: ...
    def __str__(self) -> str: ...


SOON_S = 0.06  # a healthy answer on loopback takes 2 ms; who says nothing for this long is silent


class _Fault:
    """What most faults have in common."""

    __slots__ = ()
    mechanism: ClassVar[Mechanism]
    dials: ClassVar[int] = 1

    def patience_s(self) -> float:
        """How long a probe waits for the answer before it calls the target silent, in seconds."""
        return SOON_S


class _LinkFault(_Fault):
    __slots__ = ()
    mechanism = Mechanism.LINK


@dataclass(frozen=True, slots=True)
class Outage(_LinkFault):
    """New connections are refused and open ones are cut: a crashed server, a closed firewall that says so."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.REFUSED

    def __str__(self) -> str:
        return "is down"


@dataclass(frozen=True, slots=True)
class Silence(_LinkFault):
    """Requests arrive, no byte of an answer comes back: a hung worker behind a healthy listener."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT

    def __str__(self) -> str:
        return "never answers"


@dataclass(frozen=True, slots=True)
class Unreachable(_LinkFault):
    """Connection attempts get no reply at all: a firewall that drops, a host that is gone."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.UNREACHABLE

    def __str__(self) -> str:
        return "cannot be reached"


@dataclass(frozen=True, slots=True)
class Slowness(_LinkFault):
    """Every answer arrives *delay* late."""

    delay: timedelta

    def patience_s(self) -> float:
        delay = self.delay.total_seconds()
        return delay + 0.2 if delay <= 0.5 else SOON_S  # nobody waits out a long delay to believe in it

    def felt(self, seen: Reading) -> bool:
        late = seen.after_s >= min(self.delay.total_seconds(), SOON_S)
        return seen.symptom is Symptom.SILENT or (seen.symptom is Symptom.ANSWERS and late)

    def __str__(self) -> str:
        return f"takes {self.delay.total_seconds():g} seconds to answer"


@dataclass(frozen=True, slots=True)
class Trickle(_LinkFault):
    """Answers arrive at *rate* KB (1,000 bytes) per second: a saturated line."""

    rate: int

    def patience_s(self) -> float:
        return 2.0

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.ANSWERS and seen.after_s >= 0.8 * seen.received / (self.rate * 1000)

    def __str__(self) -> str:
        return f"answers at {self.rate} KB per second"


@dataclass(frozen=True, slots=True)
class Drops(_LinkFault):
    """One in *one_in* connections is reset as soon as data flows: a load balancer with a dead backend."""

    one_in: int
    dials: ClassVar[int] = 60  # at one in four, 60 looks miss it once in 30 million times

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT

    def __str__(self) -> str:
        return f"drops 1 in {self.one_in} connections"


@dataclass(frozen=True, slots=True)
class CutOff(_LinkFault):
    """Each connection ends after *after* bytes of answer: a proxy that dies in the middle of a transfer."""

    after: int = 300

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT and seen.received <= self.after

    def __str__(self) -> str:
        return "cuts answers off halfway"


@dataclass(frozen=True, slots=True)
class Deafness(_LinkFault):
    """The way there is cut and the way back is not: requests vanish on the way, over connections that look sound."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT

    def __str__(self) -> str:
        return "hears nothing of us"


class _PartFault(_Fault):
    __slots__ = ()
    mechanism = Mechanism.PART


@dataclass(frozen=True, slots=True)
class Crash(_PartFault):
    """SIGKILL: the machine lost power, the kernel ran out of memory."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom in {Symptom.REFUSED, Symptom.CUT}

    def __str__(self) -> str:
        return "is killed"


@dataclass(frozen=True, slots=True)
class Stop(_PartFault):
    """SIGTERM: an operator, a deployment."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom in {Symptom.REFUSED, Symptom.CUT}

    def __str__(self) -> str:
        return "is stopped"


@dataclass(frozen=True, slots=True)
class Freeze(_PartFault):
    """SIGSTOP: a virtual machine on hold, a long garbage collection. The kernel still accepts connections."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT

    def __str__(self) -> str:
        return "freezes"


class _ScriptFault(_Fault):
    """The other side answers as it should not, over a sound connection."""

    __slots__ = ()
    mechanism = Mechanism.SCRIPT


@dataclass(frozen=True, slots=True)
class ErrorAnswers(_ScriptFault):
    """Answers come at once, with an error *status*; for one bundle *group* alone, or for everything."""

    status: int
    group: str | None = None

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"

    def __str__(self) -> str:
        return f"answers with error {self.status}" + (f' for "{self.group}"' if self.group else "")


@dataclass(frozen=True, slots=True)
class TooOften(_ScriptFault):
    """429; the wait that it asks for comes in seconds or as a date (RFC 9110, 10.2.3), or not at all."""

    wait: timedelta | None = None
    as_date: bool = False

    def felt(self, seen: Reading) -> bool:
        return seen.said == "HTTP 429"

    def __str__(self) -> str:
        if self.wait is None:
            return "turns us away for asking too often"
        return (
            f"asks us to come back {'at a time that is' if self.as_date else 'in'} {self.wait.total_seconds():g} seconds"
            + (" away" if self.as_date else "")
        )


class Nonsense(Enum):
    """Ways in which an answer with status 200 can be unfit, by the stand-in's names for them."""

    INVALID_JSON = "invalid_json"
    TRUNCATED = "truncated_body"
    WRONG_TYPES = "wrong_types"
    MISSING_FIELDS = "missing_fields"
    OTHER_SHAPE = "not_the_envelope"


@dataclass(frozen=True, slots=True)
class Malformed(_ScriptFault):
    """The pages of a bundle *group* look well until they are read; without a group, the list of groups too."""

    kind: Nonsense
    group: str | None

    def felt(self, seen: Reading) -> bool:
        return seen.said.startswith("unfit") or (seen.symptom is Symptom.CUT and self.kind is Nonsense.TRUNCATED)

    def __str__(self) -> str:
        return f"answers with nonsense ({self.kind.value.replace('_', ' ')})"


@dataclass(frozen=True, slots=True)
class SomeCorrupt(_ScriptFault):
    """Of each page the bundles 1, 1 + n, 1 + 2n ... are corrupt, in turn by a wrong type and by missing fields."""

    one_in: int

    def felt(self, seen: Reading) -> bool:
        return seen.said.startswith("unfit")

    def __str__(self) -> str:
        return f"sends 1 in {self.one_in} bundles corrupt"


@dataclass(frozen=True, slots=True)
class FailsFirst(_ScriptFault):
    """The first *times* requests get no answer, their connection is dropped; then all is well."""

    times: int

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT

    def __str__(self) -> str:
        return f"fails {self.times} times and then works"


class _DataFault(_Fault):
    __slots__ = ()
    mechanism = Mechanism.DATA


@dataclass(frozen=True, slots=True)
class LostData(_DataFault):
    """The store answers and is empty, the file is gone: a flush by mistake, a fresh volume."""

    def felt(self, seen: Reading) -> bool:
        return seen.said == "holds nothing"

    def __str__(self) -> str:
        return "has lost its data"


@dataclass(frozen=True, slots=True)
class Blocked(_DataFault):
    """A folder stands where the file should be: unreadable for everybody, root too. A mount that went wrong, a bad script."""

    def felt(self, seen: Reading) -> bool:
        return seen.said == "is a folder"

    def __str__(self) -> str:
        return "has a folder in its place"


class Damage(Enum):
    """Ways in which stored data can be damaged, by the words of the features."""

    GARBAGE = "holds damaged data"
    HALF = "holds only half of its data"
    ALTERED = "holds prices that somebody has altered"
    MISTYPED = "holds data of the wrong types"
    OTHER_KIND = "holds something else altogether"


@dataclass(frozen=True, slots=True)
class DamagedData(_DataFault):
    """What is stored is not what was written: a torn write, a bad disk, another program under the same name."""

    how: Damage = Damage.GARBAGE

    def felt(self, seen: Reading) -> bool:
        return seen.said == self.how.value

    def __str__(self) -> str:
        return self.how.value


@dataclass(frozen=True, slots=True)
class OutOfMemory(_Fault):
    """The store has used up the memory that it may use. It refuses to write, or it *evicts* the least recently used data."""

    evicts: bool
    mechanism: ClassVar[Mechanism] = Mechanism.MEMORY

    def felt(self, seen: Reading) -> bool:
        return seen.said == ("drops data" if self.evicts else "takes nothing")

    def __str__(self) -> str:
        return f"has no memory left and {'drops what was used least' if self.evicts else 'takes nothing new'}"


@dataclass(frozen=True, slots=True)
class DiskFull(_Fault):
    """The file system on which it lies has no room for a new file of its size."""

    mechanism: ClassVar[Mechanism] = Mechanism.DISK

    def felt(self, seen: Reading) -> bool:
        return seen.said == "has no room"

    def __str__(self) -> str:
        return "has no room left on its disk"


@dataclass(frozen=True, slots=True)
class Severed(_Fault):
    """On *ways* nothing arrives that the first of each sends to the second: a firewall, a switch, a line that was dug up."""

    ways: frozenset[tuple[Target, Target]]
    words: str
    mechanism: ClassVar[Mechanism] = Mechanism.NETWORK

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.UNREACHABLE

    def __str__(self) -> str:
        return self.words


def apart(one_side: Iterable[Target], other_side: Iterable[Target]) -> frozenset[tuple[Target, Target]]:
    """All ways between two sides, in both directions."""
    others = list(other_side)
    return frozenset(way for one in one_side for other in others for way in ((one, other), (other, one)))


class _PressureFault(_Fault):
    """Memory that a process of the system cannot have."""

    __slots__ = ()
    mechanism = Mechanism.PRESSURE


@dataclass(frozen=True, slots=True)
class ShortOfMemory(_PressureFault):
    """The process can have no more than *megabytes* beside what it has: a container that was cut too small."""

    megabytes: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == "gets no more memory"

    def __str__(self) -> str:
        return f"can have no more than {self.megabytes} MB of memory beside what it has"


@dataclass(frozen=True, slots=True)
class Exhaustion(_PressureFault):
    """The memory of its group is used up by a neighbour, and the kernel ends the largest process: the system's."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.REFUSED and seen.said == "ended for want of memory"

    def __str__(self) -> str:
        return "runs out of memory and is ended by the kernel"
