"""What a scenario saw of a cluster is told as it was: who was struck, what it cost, and when all was well again."""

import pytest

from support.gate.verdict.fault_windows import FaultWindow
from support.gate.verdict.recovery import DEGRADED, DETECTION, RECOVERY
from support.measure.ledger import Fate
from support.systems.infrastructure.report import course
from support.workload.attempts import Attempt

BEGAN = 1000.0
STRUCK = "the etcd leader is killed"


def window(lifted_at=None):
    return FaultWindow("1", "x", "crash", "etcd member 2", "is killed", BEGAN + 1, lifted_at=lifted_at)


def attempts(*fates):
    """One every half second, each taking a tenth."""
    return [Attempt(str(n), fate, BEGAN + n / 2, 50 + n / 2, 0.1) for n, fate in enumerate(fates)]


def test_recovery_runs_from_the_fault_to_the_first_answer_after_the_last_that_it_cost():
    made = attempts(Fate.CONFIRMED, Fate.CONFIRMED, Fate.CONFIRMED, Fate.UNKNOWN, Fate.REFUSED, Fate.CONFIRMED)

    happened = course("A scenario", BEGAN, made, {STRUCK: window()})

    (recovery,) = happened.recoveries
    assert recovery.spans[DETECTION].seconds == pytest.approx(0.6)  # from second 1 to the answer of the attempt at 1.5
    assert recovery.spans[DEGRADED].seconds == pytest.approx(1.0)
    assert recovery.spans[RECOVERY].seconds == pytest.approx(1.6)


def test_who_was_struck_is_told_by_role_and_by_name():
    happened = course("A scenario", BEGAN, attempts(Fate.CONFIRMED), {STRUCK: window(BEGAN + 2)})

    assert [stretch.words for stretch in happened.faults] == ["the etcd leader is killed (etcd member 2)"]


def test_a_fault_that_cost_nothing_has_no_recovery():
    assert course("A scenario", BEGAN, attempts(*[Fate.CONFIRMED] * 6), {STRUCK: window()}).recoveries == []


def test_what_never_came_back_has_no_recovery():
    made = attempts(Fate.CONFIRMED, Fate.CONFIRMED, Fate.UNKNOWN, Fate.UNKNOWN)

    assert course("A scenario", BEGAN, made, {STRUCK: window()}).recoveries == []
