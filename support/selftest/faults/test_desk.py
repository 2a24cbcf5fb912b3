"""The desk's promises, tested with a target in memory."""

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


class FakeTarget:
    """A target with its injector and its probe. *works*: faults take effect; *heals*: recovery does; *used*: the system uses it."""

    def __init__(self, *, works=True, heals=True, used=True):
        self.faults, self.works, self.heals, self.used, self.uses = [], works, heals, used, 0
        self.recovered = []

    def inject(self, target, fault):
        if self.works:
            self.faults.append(fault)

    def recover(self, target, fault):
        self.recovered.append(fault)
        if self.heals and fault in self.faults:
            self.faults.remove(fault)

    def use(self, target, fault):
        self.uses += self.used
        return self.uses

    def probe(self, fault, patience_s):
        symptom = Symptom.ANSWERS
        if self.faults:
            symptom = Symptom.SILENT if isinstance(self.faults[-1], Silence) else Symptom.REFUSED
        return Reading(symptom, 0.001)

    @property
    def dependency(self):
        return Dependency(self.probe, dict.fromkeys(Mechanism, self))


class EventNames(list[str]):
    def write(self, event, **fields):
        self.append(event)


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(desk_module, "PROPAGATION", timedelta(seconds=0.05))
    monkeypatch.setattr(desk_module, "HEALING", timedelta(seconds=0.05))


def desk_for(fake, log=None):
    return FaultDesk("here", dict.fromkeys(TARGETS, fake.dependency), EventNames() if log is None else log)


def test_a_fault_is_recorded_before_it_is_injected():
    fake, log = FakeTarget(), EventNames()
    fake.inject = lambda target, fault: (log.append("injected"), fake.faults.append(fault))

    with desk_for(fake, log) as desk:
        desk.inject(PROVIDER, Outage())
        assert log == ["fault-planned", "injected", "fault-felt"]
    assert log[3:] == ["fault-lifted", "fault-healed"]


def test_a_fault_that_is_not_felt_is_inconclusive_and_lifted():
    fake = FakeTarget(works=False)

    with pytest.raises(InconclusiveError, match="no receipt that the provider is down"), desk_for(fake) as desk:
        desk.inject(PROVIDER, Outage())
    assert fake.recovered == [Outage()]


def test_a_healthy_target_on_a_busy_machine_is_not_silent(monkeypatch):
    fake = FakeTarget(works=False)
    fake.probe = lambda fault, patience_s: Reading(Symptom.ANSWERS if patience_s > 0.2 else Symptom.SILENT, 0.2)
    monkeypatch.setattr(desk_module.WATCH, "slowdown_since", lambda at: 6.0)

    with pytest.raises(InconclusiveError, match="no receipt that the provider never answers"), desk_for(fake) as desk:
        desk.inject(PROVIDER, Silence())


def test_if_the_product_does_not_come_back_it_has_failed_and_the_receipt_is_complete():
    fake, log = FakeTarget(), EventNames()

    def recover(target, fault):
        raise AssertionError("after its process had ended, it could not be started")

    fake.recover = recover
    with desk_for(fake, log) as desk:
        desk.inject(CATALOG, Outage())
        with pytest.raises(AssertionError, match="could not be started"):
            desk.recover(CATALOG)
    assert log[-2:] == ["fault-lifted", "fault-healed"]


@pytest.mark.parametrize(("target", "error"), [(CATALOG, AssertionError), (DATABASE, NotStartedError)])
def test_only_the_product_is_blamed_for_not_coming_back(target, error):
    class Gone:
        def start(self, env=None):
            raise NotStartedError("it does not answer")

    with pytest.raises(error, match="it does not answer"):
        ProcessInjector({target: Gone()}).recover(target, Crash())


def test_a_fault_on_a_target_that_the_system_never_used_is_inconclusive():
    with (
        pytest.raises(InconclusiveError, match='never used the provider during the fault "the provider never answers"'),
        desk_for(FakeTarget(used=False)) as desk,
    ):
        desk.inject(PROVIDER, Silence())


def test_a_target_that_was_not_healthy_before_is_inconclusive():
    with (
        pytest.raises(InconclusiveError, match="the provider was not healthy before the fault: it refuses connections"),
        desk_for(FakeTarget()) as desk,
    ):
        desk.inject(PROVIDER, Outage())
        desk.inject(PROVIDER, Silence())


def test_a_fault_that_cannot_be_lifted_is_a_failure_of_the_harness():
    with (
        pytest.raises(BrokenHarnessError, match="could not be lifted: no receipt that the provider is healthy again"),
        desk_for(FakeTarget(heals=False)) as desk,
    ):
        desk.inject(PROVIDER, Outage())


def test_a_fault_that_cannot_be_lifted_does_not_keep_other_faults_in_force():
    fake, stuck = FakeTarget(), FakeTarget(heals=False)
    dependencies = {PROVIDER: fake.dependency, BACKUP: stuck.dependency}

    with pytest.raises(BrokenHarnessError), FaultDesk("here", dependencies, EventNames()) as desk:
        desk.inject(PROVIDER, Outage())
        desk.inject(BACKUP, Outage())
    assert fake.recovered == [Outage()]


def test_a_fault_whose_injection_fails_is_lifted_too():
    fake = FakeTarget()
    fake.inject = lambda target, fault: (_ for _ in ()).throw(BrokenHarnessError("injection failed"))

    with pytest.raises(BrokenHarnessError, match="injection failed"), desk_for(fake) as desk:
        desk.inject(PROVIDER, Outage())
    assert fake.recovered == [Outage()]
