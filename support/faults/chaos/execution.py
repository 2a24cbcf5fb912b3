"""Carries out a schedule of random faults at the desk."""

import time
from datetime import timedelta
from typing import Protocol

from support.core.errors import InconclusiveError
from support.core.eventually import throughout
from support.core.target import Target
from support.faults.chaos.schedule import Schedule, ScheduledFault
from support.faults.chaos.seeded_random import SeededRandom
from support.faults.desk import FaultDesk

MAX_USE_DELAY_S = 10.0  # after the planned end of a fault, the system must use its target within this time
EVERY = timedelta(seconds=0.005)


class Monitor(Protocol):
    """Is told of each fault: before it is injected, and when it has been removed, which was begun at *at* (unix seconds)."""

    def fault_injected(self, target: Target) -> None: ...
    def fault_removed(self, scheduled: ScheduledFault, at: float) -> None: ...


class ScheduleExecution:
    """Injects and removes the faults of a schedule.

    The schedule's clock stops while a fault is injected or removed, so that this does not shorten another fault. A fault is
    removed only after the system has met it (used its target), otherwise it would prove nothing; until then its target gets
    no other fault. Other targets go on, because another fault may be what keeps the system from the target.
    """

    def __init__(self, desk: FaultDesk, monitor: Monitor, chance: SeededRandom, plan: Schedule) -> None:
        self._desk = desk
        self._monitor = monitor
        self._chance = chance
        self._to_inject = list(plan)
        self._to_recover: list[ScheduledFault] = []
        self._began = time.monotonic()

    def run(self) -> None:
        while self._to_inject or self._to_recover:
            throughout(self._act, span=EVERY, every=EVERY.total_seconds())

    def _act(self) -> None:
        """Do everything that is due and possible now, removals first."""
        began = time.monotonic()
        now_s = began - self._began
        for scheduled in [one for one in self._to_recover if one.until_s <= now_s]:
            if self._desk.is_exercised(scheduled.target):
                self._recover(scheduled, now_s)
            elif scheduled.until_s + MAX_USE_DELAY_S < now_s:
                raise InconclusiveError(f"the system has not used the {scheduled.target} while it {scheduled.fault}")
        for scheduled in [one for one in self._to_inject if one.at_s <= now_s]:
            if scheduled.target not in {one.target for one in self._to_recover}:
                self._inject(scheduled, now_s)
        self._began += time.monotonic() - began

    def _recover(self, scheduled: ScheduledFault, now_s: float) -> None:
        self._chance.record("chaos-lifted", target=scheduled.target.name, at_s=now_s)
        at = time.time()
        self._desk.recover(scheduled.target)
        self._monitor.fault_removed(scheduled, at)
        self._to_recover.remove(scheduled)

    def _inject(self, scheduled: ScheduledFault, now_s: float) -> None:
        kind, detail = type(scheduled.fault).__name__, str(scheduled.fault)
        self._chance.record("chaos-struck", target=scheduled.target.name, kind=kind, detail=detail, at_s=now_s)
        self._monitor.fault_injected(scheduled.target)
        self._desk.inject(scheduled.target, scheduled.fault)
        self._to_inject.remove(scheduled)
        self._to_recover.append(scheduled)
