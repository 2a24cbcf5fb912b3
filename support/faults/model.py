"""What can go wrong, as plain values: no backend, no proxy, no behave in here.

A fault knows two things about itself: how to tell it in words, and by which sign a client on the system's own path
notices it (`felt`). How it is brought about is an injector's business.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import ClassVar, Protocol

from support.core.target import Target
from support.faults.phrases import Phrase, phrase
from support.probes.reading import Reading, Symptom


class Mechanism(Enum):
    """Who brings a fault about; each has one injector per backend."""

    LINK = "link"
    PROCESS = "process"
    STANDIN = "stand-in"
    DATA = "data"
    REDIS_MEMORY = "Redis memory"
    DISK = "disk"
    NETWORK = "network"
    PROCESS_MEMORY = "process memory"


class Fault(Protocol):
    """`dials` is how often a probe may look for a fault that strikes only some; `asks` names what the probe asks for."""

    mechanism: ClassVar[Mechanism]
    dials: ClassVar[int]

    def felt(self, seen: Reading) -> bool: ...
    def patience_s(self) -> float: ...
    def __str__(self) -> str: ...


SOON_S = 0.06  # a healthy answer on loopback takes 2 ms; who says nothing for this long is silent


class BaseFault:
    """What most faults have in common."""

    phrases: ClassVar[Sequence[Phrase]] = ()

    mechanism: ClassVar[Mechanism]
    dials: ClassVar[int] = 1

    def patience_s(self) -> float:
        """How long a probe waits for the answer before it calls the target silent, in seconds."""
        return SOON_S

    def __str__(self) -> str:
        return next(one.write(self) for one in self.phrases if one.fits(self))


class LinkFault(BaseFault):
    mechanism = Mechanism.LINK


@phrase("is down", term="connection refused")
@dataclass(frozen=True)
class Outage(LinkFault):
    """New connections are refused and open ones are cut: a crashed server, a closed firewall that says so."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.REFUSED


@phrase("never answers", term="a connection that is accepted, then silent (a hung server)")
@dataclass(frozen=True)
class Silence(LinkFault):
    """Requests arrive, no byte of an answer comes back: a hung worker behind a healthy listener."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


@phrase("cannot be reached", term="no reply to a SYN (a black hole)")
@dataclass(frozen=True)
class Unreachable(LinkFault):
    """Connection attempts get no reply at all: a firewall that drops, a host that is gone."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.UNREACHABLE


@phrase("takes {delay} to answer", term="latency")
@dataclass(frozen=True)
class Slowness(LinkFault):
    """Every answer arrives *delay* late."""

    delay: timedelta

    def patience_s(self) -> float:
        delay = self.delay.total_seconds()
        return delay + 0.2 if delay <= 0.5 else SOON_S  # nobody waits out a long delay to believe in it

    def felt(self, seen: Reading) -> bool:
        late = seen.after_s >= min(self.delay.total_seconds(), SOON_S)
        return seen.symptom is Symptom.SILENT or (seen.symptom is Symptom.ANSWERS and late)


@phrase("answers at {rate} KB per second", term="limited bandwidth, in units of 1,000 bytes")
@dataclass(frozen=True)
class Trickle(LinkFault):
    """Answers arrive at *rate* KB (1,000 bytes) per second: a saturated line."""

    rate: int

    def patience_s(self) -> float:
        return 2.0

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.ANSWERS and seen.after_s >= 0.8 * seen.received / (self.rate * 1000)


@phrase("drops 1 in {one_in} connections", term="TCP reset, toxicity 1 / {one_in}")
@dataclass(frozen=True)
class Drops(LinkFault):
    """One in *one_in* connections is reset as soon as data flows: a load balancer with a dead backend."""

    one_in: int
    dials: ClassVar[int] = 60  # at one in four, 60 looks miss it once in 30 million times

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT


@phrase("cuts its answers off halfway", term="a connection that is closed in the middle of a response")
@dataclass(frozen=True)
class TruncatedAnswer(LinkFault):
    """Each connection ends after *after* bytes of answer: a proxy that dies in the middle of a transfer."""

    after: int = 300

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT and seen.received <= self.after


@phrase("receives nothing from us", term="an asymmetric partition: what we send is lost, what it sends arrives")
@dataclass(frozen=True)
class OneWayLoss(LinkFault):
    """The way there is cut and the way back is not: requests vanish on the way, over connections that look sound."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


class ProcessFault(BaseFault):
    mechanism = Mechanism.PROCESS


@phrase("is killed", term="SIGKILL")
@dataclass(frozen=True)
class Crash(ProcessFault):
    """SIGKILL: the machine lost power, the kernel ran out of memory."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom in {Symptom.REFUSED, Symptom.CUT}


@phrase("is stopped", term="SIGTERM, a graceful shutdown")
@dataclass(frozen=True)
class Stop(ProcessFault):
    """SIGTERM: an operator, a deployment."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom in {Symptom.REFUSED, Symptom.CUT}


@phrase("freezes", term="SIGSTOP")
@dataclass(frozen=True)
class Freeze(ProcessFault):
    """SIGSTOP: a virtual machine on hold, a long garbage collection. The kernel still accepts connections."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.SILENT


class StandinFault(BaseFault):
    """The other side answers as it should not, over a sound connection."""

    mechanism = Mechanism.STANDIN


@phrase("answers with error {status}", term="HTTP {status}")
@phrase("rejects our credentials", term="HTTP 401", status=401)
@phrase("denies access to our organisation", term="HTTP 403", status=403)
@dataclass(frozen=True)
class ErrorAnswers(StandinFault):
    """Answers come at once, with an error *status*."""

    status: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == f"HTTP {self.status}"


@phrase("rejects our requests as too frequent", term="HTTP 429, rate limiting")
@phrase("asks us to retry in {wait}", term="HTTP 429 with Retry-After in seconds")
@phrase("asks us to retry at a time {wait} away", term="HTTP 429 with Retry-After as an HTTP date", as_date=True)
@dataclass(frozen=True)
class RateLimited(StandinFault):
    """429; the wait that it asks for comes in seconds or as a date (RFC 9110, 10.2.3), or not at all."""

    wait: timedelta | None = None
    as_date: bool = False

    def felt(self, seen: Reading) -> bool:
        return seen.said == "HTTP 429"


@phrase(
    "fails {times} times and then works", term="a transient failure: {times} connections are closed without a response"
)
@dataclass(frozen=True)
class FailsFirst(StandinFault):
    """The first *times* requests get no answer, their connection is dropped; then all is well."""

    times: int

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.CUT


class DataFault(BaseFault):
    mechanism = Mechanism.DATA


@phrase("has lost its data", term="data loss: an empty store, a missing file")
@dataclass(frozen=True)
class LostData(DataFault):
    """The store answers and is empty, the file is gone: a flush by mistake, a fresh volume."""

    def felt(self, seen: Reading) -> bool:
        return seen.said == "holds nothing"


@phrase("is replaced by a folder", term="a directory in the place of a file (EISDIR)")
@dataclass(frozen=True)
class Blocked(DataFault):
    """A folder stands where the file should be: unreadable for everybody, root too. A mount that went wrong, a bad script."""

    def felt(self, seen: Reading) -> bool:
        return seen.said == "is a folder"


@phrase("is out of memory and rejects writes", term="Redis at `maxmemory`, policy `noeviction`", evicts=False)
@phrase(
    "is out of memory and evicts the least used data", term="Redis at `maxmemory`, policy `allkeys-lru`", evicts=True
)
@dataclass(frozen=True)
class OutOfMemory(BaseFault):
    """The store has used up the memory that it may use. It refuses to write, or it *evicts* the least recently used data."""

    evicts: bool
    mechanism: ClassVar[Mechanism] = Mechanism.REDIS_MEMORY

    def felt(self, seen: Reading) -> bool:
        return seen.said == ("drops data" if self.evicts else "takes nothing")


@phrase("is on a full disk", term="a full file system (ENOSPC)")
@dataclass(frozen=True)
class DiskFull(BaseFault):
    """The file system on which it lies has no room for a new file of its size."""

    mechanism: ClassVar[Mechanism] = Mechanism.DISK

    def felt(self, seen: Reading) -> bool:
        return seen.said == "has no room"


@dataclass(frozen=True, slots=True)
class Severed(BaseFault):
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


class ProcessMemoryFault(BaseFault):
    """Memory that a process of the system cannot have."""

    mechanism = Mechanism.PROCESS_MEMORY


@phrase("may use at most {megabytes} MB more memory than now", term="RLIMIT_AS: an allocation fails, the process lives")
@dataclass(frozen=True)
class ShortOfMemory(ProcessMemoryFault):
    """The process can allocate at most *megabytes* more than it has now: a container with too low a limit."""

    megabytes: int

    def felt(self, seen: Reading) -> bool:
        return seen.said == "gets no more memory"


@phrase("is killed for lack of memory", term="the kernel's OOM killer, by the memory limit of a control group")
@dataclass(frozen=True)
class OomKill(ProcessMemoryFault):
    """The memory of its group is used up by a neighbour, and the kernel ends the largest process: the system's."""

    def felt(self, seen: Reading) -> bool:
        return seen.symptom is Symptom.REFUSED and seen.said == "killed for lack of memory"


COMMON = (
    Outage,
    Silence,
    Unreachable,
    Slowness,
    Trickle,
    Drops,
    TruncatedAnswer,
    OneWayLoss,
    Crash,
    Stop,
    Freeze,
    ErrorAnswers,
    RateLimited,
    FailsFirst,
    LostData,
    Blocked,
    DiskFull,
    OutOfMemory,
    ShortOfMemory,
    OomKill,
)
"""What every system can write of its targets; each adds its own."""
