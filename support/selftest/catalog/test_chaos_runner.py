"""Running a schedule of faults: a fault is removed only after it was met, and only then may its target fail again."""

import pytest

from support.core.errors import InconclusiveError
from support.faults.chaos import execution
from support.faults.chaos.execution import ScheduleExecution
from support.faults.chaos.schedule import ScheduledFault
from support.faults.model import Crash, Freeze, Outage
from support.systems.catalog.targets import DATABASE, PROVIDER


class Desk:
    """Takes no time. A fault counts as met after *patience* calls of `is_exercised`."""

    def __init__(self, patience=0):
        self.acts = []
        self._calls_until_met = patience

    def inject(self, target, fault):
        self.acts.append(f"{target.name} {fault}")

    def recover(self, target):
        self.acts.append(f"{target.name} is well")

    def is_exercised(self, target):
        self._calls_until_met -= 1
        return self._calls_until_met < 0


class RecoveryMonitor:
    def fault_injected(self, target): ...
    def fault_removed(self, scheduled, at): ...


class SeededRandom:
    def record(self, event, **fields): ...


def run(desk, *strikes):
    ScheduleExecution(desk, RecoveryMonitor(), SeededRandom(), strikes).run()
    return desk.acts


def test_strikes_and_lifts_come_in_the_order_of_the_plan():
    first, second = ScheduledFault(0.0, PROVIDER, Outage(), 0.06), ScheduledFault(0.03, DATABASE, Crash(), 0.01)

    assert run(Desk(), first, second) == [
        "provider is down",
        "database is killed",
        "database is well",
        "provider is well",
    ]


def test_a_target_is_struck_again_only_when_it_was_lifted():
    first, second = ScheduledFault(0.0, PROVIDER, Outage(), 0.01), ScheduledFault(0.02, PROVIDER, Freeze(), 0.01)

    acts = run(Desk(patience=10), first, second)

    assert acts == ["provider is down", "provider is well", "provider freezes", "provider is well"]


def test_a_fault_that_is_never_met_is_inconclusive(monkeypatch):
    monkeypatch.setattr(execution, "MAX_USE_DELAY_S", 0.02)

    with pytest.raises(InconclusiveError, match="has not used the provider while it is down"):
        run(Desk(patience=10**9), ScheduledFault(0.0, PROVIDER, Outage(), 0.01))
