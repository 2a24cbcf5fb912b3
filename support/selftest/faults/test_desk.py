"""The desk's promises, with a target that lives in memory."""

from datetime import timedelta

import pytest

from support.core.errors import BrokenHarnessError, InconclusiveError, NotStartedError
from support.faults import desk as desk_module
from support.faults.dependency import Dependency
from support.faults.desk import FaultDesk
from support.faults.injectors.process import ProcessInjector
from support.faults.model import Crash, Mechanism, Outage, Silence
from support.probes.reading import Reading, Symptom
from support.systems.catalog.targets import BACKUP, CATALOG, DATABASE, PROVIDER, TARGETS


class Line:
    """A link as injector and look at once. *works* = faults take effect; *heals* = lifting them does."""

    def __init__(self, *, works=True, heals=True, used=True):
        self.faults, self.works, self.heals, self.used, self.uses = [], works, heals, used, 0
        self.lifted = []

    def inject(self, target, fault):
        if self.works:
            self.faults.append(fault)

    def recover(self, target, fault):
        self.lifted.append(fault)
        if self.heals and fault in self.faults:
            self.faults.remove(fault)

    def use(self, target, fault):
        self.uses += self.used
        return self.uses

    def look(self, fault, patience_s):
        symptom = Symptom.ANSWERS
        if self.faults:
            symptom = Symptom.SILENT if isinstance(self.faults[-1], Silence) else Symptom.REFUSED
        return Reading(symptom, 0.001)

    @property
    def dependency(self):
        return Dependency(self.look, dict.fromkeys(Mechanism, self))


class Told(list[str]):
    def write(self, event, **fields):
        self.append(event)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(desk_module, "PROPAGATION", timedelta(seconds=0.05))
    monkeypatch.setattr(desk_module, "HEALING", timedelta(seconds=0.05))


def a_desk(line, told=None):
    return FaultDesk("here", dict.fromkeys(TARGETS, line.dependency), Told() if told is None else told)


def test_a_fault_is_on_record_before_it_is_in_force():
    line, told = Line(), Told()
    line.inject = lambda target, fault: (told.append("injected"), line.faults.append(fault))

    with a_desk(line, told) as desk:
        desk.inject(PROVIDER, Outage())
        assert told == ["fault-planned", "injected", "fault-felt"]
    assert told[3:] == ["fault-lifted", "fault-healed"]


def test_a_fault_that_is_not_felt_is_inconclusive_and_lifted():
    line = Line(works=False)

    with pytest.raises(InconclusiveError, match="no receipt that the provider is down"), a_desk(line) as desk:
        desk.inject(PROVIDER, Outage())
    assert line.lifted == [Outage()]


def test_a_product_that_does_not_come_back_has_broken_its_promise_and_the_fault_keeps_its_receipt():
    line, told = Line(), Told()

    def lift(target, fault):
        raise AssertionError("after it was ended, it could not be started")

    line.recover = lift
    with a_desk(line, told) as desk:
        desk.inject(CATALOG, Outage())
        with pytest.raises(AssertionError, match="could not be started"):
            desk.recover(CATALOG)
    assert told[-2:] == ["fault-lifted", "fault-healed"]


@pytest.mark.parametrize(("target", "blamed"), [(CATALOG, AssertionError), (DATABASE, NotStartedError)])
def test_only_the_product_is_blamed_for_not_coming_back(target, blamed):
    class Gone:
        def start(self, env=None):
            raise NotStartedError("it does not answer")

    with pytest.raises(blamed, match="it does not answer"):
        ProcessInjector({target: Gone()}).recover(target, Crash())


def test_a_fault_that_the_system_never_met_is_inconclusive():
    with pytest.raises(InconclusiveError, match="never turned to the provider"), a_desk(Line(used=False)) as desk:
        desk.inject(PROVIDER, Silence())


def test_a_target_that_was_not_well_before_is_inconclusive():
    with pytest.raises(InconclusiveError, match="before the fault"), a_desk(Line()) as desk:
        desk.inject(PROVIDER, Outage())
        desk.inject(PROVIDER, Silence())


def test_a_fault_that_cannot_be_lifted_is_the_harness_s_trouble():
    with pytest.raises(BrokenHarnessError, match="could not be lifted"), a_desk(Line(heals=False)) as desk:
        desk.inject(PROVIDER, Outage())


def test_one_that_cannot_be_lifted_keeps_no_other_in_force():
    line, stuck = Line(), Line(heals=False)
    dependencies = {PROVIDER: line.dependency, BACKUP: stuck.dependency}

    with pytest.raises(BrokenHarnessError), FaultDesk("here", dependencies, Told()) as desk:
        desk.inject(PROVIDER, Outage())
        desk.inject(BACKUP, Outage())
    assert line.lifted == [Outage()]


def test_a_fault_whose_injection_fails_is_lifted_all_the_same():
    line = Line()
    line.inject = lambda target, fault: (_ for _ in ()).throw(BrokenHarnessError("no hands"))

    with pytest.raises(BrokenHarnessError, match="no hands"), a_desk(line) as desk:
        desk.inject(PROVIDER, Outage())
    assert line.lifted == [Outage()]
