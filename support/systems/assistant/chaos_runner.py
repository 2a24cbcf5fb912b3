"""Runs a random schedule of faults against the assistant and what it depends on."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from support.core.target import Target
from support.faults.chaos.execution import ScheduleExecution
from support.faults.chaos.schedule import ExclusiveGroup, Schedule, ScheduledFault
from support.faults.chaos.seeded_random import SeededRandom
from support.faults.desk import FaultDesk
from support.measure.recovery_clock import RecoveryStart
from support.systems.assistant.chaos_menu import MENU


@dataclass(frozen=True, slots=True)
class ChaosRun:
    """The faults as *planned*, and when the last one was lifted."""

    planned: Schedule
    relief: RecoveryStart

    def __str__(self) -> str:
        return "\n".join(map(str, self.planned))


class ChaosRunner:
    def __init__(self, desk: FaultDesk, chance: SeededRandom) -> None:
        self._desk = desk
        self._chance = chance

    def run_random(self, groups: Sequence[ExclusiveGroup], span: timedelta) -> ChaosRun:
        plan = self._chance.schedule(MENU, groups, span)
        self._chance.record("chaos-begins", plan=[str(scheduled) for scheduled in plan])
        ScheduleExecution(self._desk, _Unwatched(), self._chance, plan).run()
        return ChaosRun(plan, RecoveryStart(time.time(), "faults at random", "the last fault was lifted"))


class _Unwatched:
    """What recovers after each single fault is not measured here."""

    def fault_injected(self, target: Target) -> None: ...
    def fault_removed(self, scheduled: ScheduledFault, at: float) -> None: ...
