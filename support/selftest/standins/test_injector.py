"""The faults that any service can have reach its stand-in as rules, and leave it again."""

from datetime import timedelta

import pytest

from support.core.errors import BrokenHarnessError
from support.core.target import Target
from support.faults.injectors.standin import StandInInjector
from support.faults.model import ErrorAnswers, FailsFirst, Fault, Outage, RateLimited
from support.standins.client import StandInControl, StandInRecord
from support.standins.script import AnyRule, Drop, Rule, Status

WEATHER = Target("weather")
NOWHERE = "http://127.0.0.1:9"


class Script(StandInControl):
    """Keeps the script that the stand-in would get."""

    def __init__(self) -> None:
        super().__init__(NOWHERE)
        self.rules: list[AnyRule] = []

    def script(self, rules) -> None:
        self.rules = list(rules)


@pytest.fixture
def script() -> Script:
    return Script()


@pytest.fixture
def injector(script: Script) -> StandInInjector:
    return StandInInjector(script, StandInRecord(NOWHERE))


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (ErrorAnswers(503), Rule(answer=Status(503))),
        (RateLimited(), Rule(answer=Status(429))),
        (RateLimited(timedelta(seconds=2)), Rule(answer=Status(429, retry_after=2))),
        (RateLimited(timedelta(seconds=1.5), as_date=True), Rule(answer=Status(429, retry_at=1.5))),
        (FailsFirst(3), Rule(answer=Drop(), first=3)),
    ],
)
def test_a_fault_is_a_rule(injector: StandInInjector, script: Script, fault: Fault, rule: AnyRule) -> None:
    injector.inject(WEATHER, fault)
    assert script.rules == [rule]
    injector.recover(WEATHER, fault)
    assert script.rules == []


def test_faults_in_force_together_are_rules_in_their_order(injector: StandInInjector, script: Script) -> None:
    for fault in (FailsFirst(1), ErrorAnswers(503), RateLimited()):
        injector.inject(WEATHER, fault)
    injector.recover(WEATHER, ErrorAnswers(503))
    assert script.rules == [Rule(answer=Drop(), first=1), Rule(answer=Status(429))]


def test_a_fault_that_no_rule_can_bring_about_is_the_harness_s_trouble(injector: StandInInjector) -> None:
    with pytest.raises(BrokenHarnessError, match="cannot be told that it is down"):
        injector.inject(WEATHER, Outage())
