"""Which fault strikes what, when, and for how long: drawn by chance, or read from the journal of an earlier run. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from support.core.errors import UsageError
from support.core.target import Target
from support.faults.model import Fault

LASTS_S = (0.5, 1.5)
PAUSES_S = (0.4, 1.4)  # between two faults on one line

Line = Sequence[Target]  # of these one is broken at a time
Menu = Mapping[Target, Sequence[Fault]]  # all that may happen


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


Schedule = tuple[Strike, ...]


def draw(random: Random, menu: Menu, lines: Sequence[Line], span_s: float) -> Schedule:
    """Strikes on each of *lines* within *span_s*, by time. On one line none begins before the one before it is over."""
    strikes = []
    for line in lines:
        at = random.uniform(0, PAUSES_S[0])
        while at + LASTS_S[1] <= span_s:
            target = random.choice(line)
            strike = Strike(round(at, 3), target, random.choice(menu[target]), round(random.uniform(*LASTS_S), 3))
            strikes.append(strike)
            at = strike.lift_s + random.uniform(*PAUSES_S)
    return tuple(sorted(strikes, key=lambda strike: strike.at_s))


def recorded(events: Iterable[Mapping[str, Any]], scenario: str, menu: Menu) -> Schedule:
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
        Strike(one["at_s"], *_known(one, menu), lifted.get(number, one["at_s"]) - one["at_s"])
        for number, one in enumerate(struck)
    )


def _known(event: Mapping[str, Any], menu: Menu) -> tuple[Target, Fault]:
    for target, faults in menu.items():
        for fault in faults:
            if (target.name, str(fault)) == (event["target"], event["detail"]):
                return target, fault
    raise UsageError(
        f"the journal tells that the {event['target']} {event['detail']}, which this version cannot bring about; "
        "replay it with the version that wrote it"
    )
