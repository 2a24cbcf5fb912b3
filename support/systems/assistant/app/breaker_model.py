"""What a breaker is asked, and what it says: the same for the breaker in Redis and the one in memory. Times are in seconds."""

from dataclasses import dataclass
from enum import StrEnum

from support.systems.assistant.app.model import BreakerSettings, BreakerState


class Outcome(StrEnum):
    """What a call means for the breaker. NEITHER gives a probe's place back and counts for nothing."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to call once. *epoch* names the time between two changes of state in which it was given; *token* is a probe's."""

    epoch: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class Admit:
    """May a call be made? As a probe it is known by *token*, and holds its place for *lease_s*."""

    token: str
    lease_s: float
    probes: int


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the call that *permit* allowed."""

    permit: Permit
    outcome: Outcome
    settings: BreakerSettings


@dataclass(frozen=True, slots=True)
class Look:
    """Changes nothing but what time changes: an open breaker becomes half-open."""


@dataclass(frozen=True, slots=True)
class ForceOpen:
    """Open until it is reset."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Closed, with nothing counted."""


Command = Admit | Report | Look | ForceOpen | Reset


class Verdict(StrEnum):
    CALL = "call"
    PROBE = "probe"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A breaker at one moment. *left_s* is what is left of the time that it stays open, *wins* are successful probes.

    *epoch* grows with every change of state, *ordered* with every order of an administrator (unix milliseconds). Of two snapshots
    the one with the later order is the later one, after the same order the one with the higher epoch.
    """

    epoch: int = 0
    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    counted: int = 0
    left_s: float = 0.0
    forced: bool = False
    wins: int = 0
    ordered: int = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """*before* is the state before the command, *after* all that holds now. *verdict* and *wait_s* answer `Admit`."""

    before: BreakerState
    after: Snapshot
    verdict: Verdict = Verdict.REFUSED
    wait_s: float = 0.0
