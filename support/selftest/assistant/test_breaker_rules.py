"""The breaker in memory and the one in Redis obey the same rules: those of a small model, over random sequences of calls."""

import math
from dataclasses import replace

import pytest
from hypothesis import Phase, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from support.systems.assistant.app import breaker_scripts
from support.systems.assistant.app.breaker_memory import BreakerMemory
from support.systems.assistant.app.breaker_model import (
    Admit,
    ForceOpen,
    Look,
    Outcome,
    Permit,
    Report,
    Reset,
    Snapshot,
    Verdict,
)
from support.systems.assistant.app.model import BreakerSettings, BreakerState

CLOSED, HALF_OPEN, OPEN = BreakerState
FAILURES, MINIMUM_CALLS, PROBES, OPEN_S, LEASE_S = 3, 4, 2, 1000.0, 400.0
SETTINGS = BreakerSettings(FAILURES, OPEN_S, PROBES, MINIMUM_CALLS, slow_call_s=1.0)
KEYS = ["assistant:breaker:qa", "assistant:breaker:qa:probes"]


class InMemory:
    def __init__(self):
        self._now = 0.0
        self._breaker = BreakerMemory(lambda: self._now)

    def do(self, command):
        return self._breaker.apply(command)

    def wait(self, seconds):
        self._now += seconds


class InRedis:
    """Time passes by making everything that is stored older."""

    def __init__(self, redis):
        self._redis = redis
        self._script = redis.register_script(breaker_scripts.BREAKER)
        redis.flushall()

    def do(self, command):
        return breaker_scripts.reply(self._script(KEYS, breaker_scripts.arguments(Snapshot(), {}, command)))

    def wait(self, seconds):
        milliseconds = round(seconds * breaker_scripts.MILLISECONDS)
        if self._redis.exists(KEYS[0]):
            self._redis.hincrby(KEYS[0], "until", -milliseconds)
        for token in self._redis.zrange(KEYS[1], 0, -1):
            self._redis.zincrby(KEYS[1], -milliseconds, token)


class Model:
    """The rules of the contract, without regard to how they are kept. `opened` is None for a breaker that was forced open."""

    def __init__(self):
        self.now = 0.0
        self.state, self.era, self.row, self.counted, self.wins = CLOSED, 0, 0, 0, 0
        self.opened = None
        self.probes = {}

    def pass_time(self):
        if self.state is OPEN and self.opened is not None and self.now >= self.opened + OPEN_S:
            self.change(HALF_OPEN)
        self.probes = {token: end for token, end in self.probes.items() if end > self.now}

    def may_call(self):
        self.pass_time()
        places = PROBES - self.wins - len(self.probes)
        return self.state is CLOSED or (self.state is HALF_OPEN and places > 0)

    def answered(self, era, token, outcome):
        self.pass_time()
        held = self.probes.pop(token, None) if era == self.era else None
        if era != self.era or outcome is Outcome.NEITHER or (self.state is HALF_OPEN and held is None):
            return
        failed = outcome is Outcome.FAILURE
        if self.state is CLOSED:
            self.counted += 1
            self.row = self.row + 1 if failed else 0
            if failed and self.row >= FAILURES and self.counted >= MINIMUM_CALLS:
                self.change(OPEN)
        elif failed:
            self.row += 1
            self.change(OPEN)
        else:
            self.wins += 1
            if self.wins == PROBES:
                self.change(CLOSED)

    def change(self, state, *, forced=False):
        self.state, self.wins, self.probes = state, 0, {}
        self.era += 1
        self.opened = None if forced else self.now
        if state is CLOSED:
            self.row = self.counted = 0


class Breakers(RuleBasedStateMachine):
    """Callers come, answers arrive in any order, time passes, an administrator interferes."""

    def __init__(self, subject):
        super().__init__()
        self.subject, self.model = subject, Model()
        self.flight, self.number = [], 0

    @rule(callers=strategies.integers(1, 5))
    def call(self, callers):
        for _ in range(callers):
            self.number += 1
            token = f"call-{self.number}"
            expected = self.model.may_call()
            reply = self.subject.do(Admit(token, LEASE_S, PROBES))
            assert (reply.verdict is not Verdict.REFUSED) == expected
            if reply.verdict is Verdict.PROBE:
                self.model.probes[token] = self.model.now + LEASE_S
            if expected:
                permit = Permit(reply.after.epoch, token if reply.verdict is Verdict.PROBE else "")
                self.flight.append((permit, self.model.era))
        self.agree(reply)

    @precondition(lambda self: self.flight)
    @rule(which=strategies.integers(0, 100), outcome=strategies.sampled_from(Outcome))
    def answer(self, which, outcome):
        permit, era = self.flight.pop(which % len(self.flight))
        self.model.answered(era, permit.token, outcome)
        self.agree(self.subject.do(Report(permit, outcome, SETTINGS)))

    @precondition(lambda self: self.flight)
    @rule()
    def all_fail(self):
        while self.flight:
            self.answer(0, Outcome.FAILURE)

    @rule()
    def half_open(self):
        """The shortest way to where most mistakes are."""
        self.reset()
        self.call(MINIMUM_CALLS)
        self.all_fail()
        self.wait(OPEN_S)

    @rule(seconds=strategies.sampled_from([1.0, 300.0, 500.0, OPEN_S]))
    def wait(self, seconds):
        self.model.now += seconds
        self.subject.wait(seconds)

    @rule()
    def look(self):
        self.model.pass_time()
        self.agree(self.subject.do(Look()))

    @rule()
    def force_open(self):
        if self.model.state is not OPEN or self.model.opened is not None:
            self.model.change(OPEN, forced=True)
        self.agree(self.subject.do(ForceOpen()))

    @rule()
    def reset(self):
        self.model.change(CLOSED)
        self.agree(self.subject.do(Reset()))

    def agree(self, reply):
        model, after = self.model, reply.after
        forced = model.state is OPEN and model.opened is None
        assert (after.state, after.failures, after.forced) == (model.state, model.row, forced)
        left_s = model.opened + OPEN_S - model.now if model.state is OPEN and not forced else 0.0
        assert math.isclose(after.left_s, left_s, abs_tol=60)  # of the time in Redis; the rest of the test takes less


@pytest.fixture(autouse=True)
def no_folder_is_left(monkeypatch, tmp_path):
    monkeypatch.setenv("HYPOTHESIS_STORAGE_DIRECTORY", str(tmp_path))


def run(make_subject, examples=80):
    """The same sequences every time; a failing one is not made shorter."""
    same = settings(
        max_examples=examples,
        stateful_step_count=30,
        database=None,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
    )
    run_state_machine_as_test(lambda: Breakers(make_subject()), settings=same)


def test_the_breaker_in_memory_obeys_the_rules():
    run(InMemory)


def test_the_breaker_in_redis_obeys_the_rules(redis_server):
    run(lambda: InRedis(redis_server), examples=40)


@pytest.fixture(params=["memory", "Redis"])
def subject(request):
    return InMemory() if request.param == "memory" else InRedis(request.getfixturevalue("redis_server"))


def test_a_breaker_that_needs_many_failures_opens_all_the_same(subject):
    patient = replace(SETTINGS, failures=150, minimum_calls=150)
    for number in range(1, 151):
        permit = Permit(subject.do(Admit(f"call-{number}", LEASE_S, PROBES)).after.epoch)
        after = subject.do(Report(permit, Outcome.FAILURE, patient)).after
        assert after.state is (OPEN if number == 150 else CLOSED)


def test_a_breaker_that_admits_every_probe_is_found():
    class Generous(InMemory):
        def do(self, command):
            return super().do(replace(command, probes=100) if isinstance(command, Admit) else command)

    with pytest.raises(AssertionError):
        run(Generous)


def test_a_breaker_that_counts_late_answers_is_found():
    class Gullible(InMemory):
        def do(self, command):
            if isinstance(command, Report):
                command = replace(command, permit=replace(command.permit, epoch=self._breaker.snapshot().epoch))
            return super().do(command)

    with pytest.raises(AssertionError):
        run(Gullible)
