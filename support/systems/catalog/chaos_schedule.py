"""Which fault strikes what, when, and for how long: drawn by chance, or read from the journal of an earlier run. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

from support.core.errors import UsageError
from support.core.target import Target
from support.faults.model import (
    Blocked,
    Crash,
    CutOff,
    Damage,
    DamagedData,
    Deafness,
    ErrorAnswers,
    Fault,
    Freeze,
    LostData,
    Malformed,
    Nonsense,
    Outage,
    OutOfMemory,
    Silence,
    Slowness,
    Stop,
    TooOften,
    Unreachable,
)
from support.systems.catalog.data.bundles import STANDARD
from support.systems.catalog.targets import BACKUP, CATALOG, DATABASE, PROVIDER, SAVED_COPY, SECOND_CATALOG

# All that may happen, each with the answer that shoppers can be given all the same.
_CUTS = (Outage(), Silence(), Deafness(), Unreachable())
_PROCESS = (Crash(), Freeze(), Stop())
MENU: Mapping[Target, Sequence[Fault]] = {
    PROVIDER: (
        *_CUTS,
        CutOff(),
        Slowness(timedelta(seconds=0.2)),
        ErrorAnswers(500),
        ErrorAnswers(503),
        TooOften(timedelta(seconds=1)),
        Malformed(Nonsense.INVALID_JSON, STANDARD),
        Malformed(Nonsense.WRONG_TYPES, STANDARD),
    ),
    SAVED_COPY: (*_CUTS, Crash(), Freeze(), OutOfMemory(evicts=False)),
    DATABASE: (*_CUTS, Crash(), Freeze()),
    BACKUP: (LostData(), Blocked(), DamagedData(Damage.GARBAGE)),
    CATALOG: _PROCESS,
    SECOND_CATALOG: _PROCESS,
}
LASTS_S = (0.5, 1.5)
PAUSES_S = (0.4, 1.4)  # between two faults on one line

Line = Sequence[Target]  # of these one is struck at a time
PROVIDER_ALONE: Sequence[Line] = ((PROVIDER,),)
EVERYTHING: Sequence[Line] = (
    (PROVIDER,),
    (SAVED_COPY,),
    (DATABASE,),
    (BACKUP,),
    (CATALOG, SECOND_CATALOG),
)


@dataclass(frozen=True, slots=True)
class Strike:
    """*at_s* and *for_s* in seconds, counted from the beginning of the plan, and from the strike."""

    at_s: float
    target: Target
    fault: Fault
    for_s: float

    @property
    def lift_s(self) -> float:
        return self.at_s + self.for_s

    @property
    def what(self) -> str:
        return f"the {self.target} {self.fault}"

    def __str__(self) -> str:
        return f"{self.at_s:5.2f} s: {self.what}, for {self.for_s:.2f} s"


Plan = tuple[Strike, ...]


def draw(random: Random, lines: Sequence[Line], span_s: float) -> Plan:
    """Strikes on each of *lines* within *span_s*, by time. On one line none begins before the one before it is over."""
    strikes = []
    for line in lines:
        at = random.uniform(0, PAUSES_S[0])
        while at + LASTS_S[1] <= span_s:
            target = random.choice(line)
            strike = Strike(round(at, 3), target, random.choice(MENU[target]), round(random.uniform(*LASTS_S), 3))
            strikes.append(strike)
            at = strike.lift_s + random.uniform(*PAUSES_S)
    return tuple(sorted(strikes, key=lambda strike: strike.at_s))


def recorded(events: Iterable[Mapping[str, Any]], scenario: str) -> Plan:
    """The strikes that a journal tells of *scenario*, when they came and for how long; of several series the last one.

    Raises `UsageError` where there are none, or faults that this version does not know.
    """
    struck: list[Mapping[str, Any]] = []
    lifted: dict[int, float] = {}
    for event in events:
        if event.get("scenario") == scenario:
            if event["event"] == "chaos-begins":
                struck, lifted = [], {}
            elif event["event"] == "chaos-struck":
                struck.append(event)
            elif event["event"] == "chaos-lifted":
                number = max(n for n, one in enumerate(struck) if one["target"] == event["target"])
                lifted[number] = event["at_s"]
    if not struck:
        raise UsageError(
            f"the journal to be replayed tells of no random faults in {scenario}; "
            "choose another journal, or leave this scenario out"
        )
    return tuple(
        Strike(one["at_s"], Target(one["target"]), _known(one), lifted.get(number, one["at_s"]) - one["at_s"])
        for number, one in enumerate(struck)
    )


def _known(event: Mapping[str, Any]) -> Fault:
    for fault in MENU.get(Target(event["target"]), ()):
        if (type(fault).__name__, str(fault)) == (event["kind"], event["detail"]):
            return fault
    raise UsageError(
        f"the journal tells that the {event['target']} {event['detail']}, which this version cannot bring about; "
        "replay it with the version that wrote it"
    )
