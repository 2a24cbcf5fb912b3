"""Schedules of random faults: drawn from a seed, or read from the journal of an earlier run. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from support.core.errors import UsageError
from support.core.target import Target
from support.faults.model import Fault

LASTS_S = (0.5, 1.5)
PAUSES_S = (0.4, 1.4)  # between two faults in one group

ExclusiveGroup = Sequence[Target]  # at most one of these has a fault at any time
Menu = Mapping[Target, Sequence[Fault]]  # the faults that each target can have


@dataclass(frozen=True, slots=True)
class ScheduledFault:
    """*fault* on *target*, from *at_s* after the start of the schedule, for *for_s*. Both in seconds."""

    at_s: float
    target: Target
    fault: Fault
    for_s: float

    @property
    def until_s(self) -> float:
        return self.at_s + self.for_s

    @property
    def what(self) -> str:
        return f"the {self.target} {self.fault}"

    def __str__(self) -> str:
        return f"{self.at_s:5.2f} s: {self.what}, for {self.for_s:.2f} s"


Schedule = tuple[ScheduledFault, ...]


def random_schedule(random: Random, menu: Menu, groups: Sequence[ExclusiveGroup], span_s: float) -> Schedule:
    """Draw faults for each of *groups* within *span_s* seconds, in order of time. Faults in one group do not overlap."""
    scheduled = []
    for group in groups:
        at = random.uniform(0, PAUSES_S[0])
        while at + LASTS_S[1] <= span_s:
            target = random.choice(group)
            one = ScheduledFault(round(at, 3), target, random.choice(menu[target]), round(random.uniform(*LASTS_S), 3))
            scheduled.append(one)
            at = one.until_s + random.uniform(*PAUSES_S)
    return tuple(sorted(scheduled, key=lambda one: one.at_s))


def recorded_schedule(events: Iterable[Mapping[str, Any]], scenario: str, menu: Menu) -> Schedule:
    """Return the last series of random faults that the journal *events* record for *scenario*, with their real times.

    Raises `UsageError` if there is none, or if a fault is not in *menu*.
    """
    injected: list[Mapping[str, Any]] = []
    recovered_at_s: dict[int, float] = {}
    for event in events:
        if event.get("scenario") == scenario:
            if event["event"] == "chaos-begins":
                injected, recovered_at_s = [], {}
            elif event["event"] == "chaos-struck":
                injected.append(event)
            elif event["event"] == "chaos-lifted":
                number = max(n for n, one in enumerate(injected) if one["target"] == event["target"])
                recovered_at_s[number] = event["at_s"]
    if not injected:
        raise UsageError(
            f"the journal to be replayed records no random faults in {scenario}; "
            "choose another journal, or leave this scenario out"
        )
    return tuple(
        ScheduledFault(one["at_s"], *_known(one, menu), recovered_at_s.get(number, one["at_s"]) - one["at_s"])
        for number, one in enumerate(injected)
    )


def _known(event: Mapping[str, Any], menu: Menu) -> tuple[Target, Fault]:
    for target, faults in menu.items():
        for fault in faults:
            if (target.name, str(fault)) == (event["target"], event["detail"]):
                return target, fault
    raise UsageError(
        f"the journal records that the {event['target']} {event['detail']}, a fault that this version cannot inject; "
        "replay it with the version that wrote it"
    )
