"""What an operation gets from its strategy, the preset, the default and its own settings."""

from dataclasses import asdict

import pytest

from support.systems.assistant.app.operator_limits import OperatorLimits, Range
from support.systems.assistant.app.presets import PRESETS, PROMPTS
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.strategies import STRATEGIES

LIMITS = OperatorLimits()


def operations(document, preset="simple", limits=LIMITS):
    return resolve(document, preset, limits, 1).operations


def test_the_strategies_have_the_values_of_the_contract():
    values = {name: (s.retry.attempts, s.breaker.failures, s.breaker.open_s) for name, s in STRATEGIES.items()}
    assert values == {
        "aggressive": (2, 3, 30),
        "balanced": (3, 5, 60),
        "conservative": (5, 8, 120),
        "critical": (7, 10, 300),
    }


@pytest.mark.parametrize("preset", PRESETS)
def test_without_settings_each_operation_gets_its_strategy_unchanged(preset):
    for name, settings in operations({}, preset).items():
        strategy = STRATEGIES[PRESETS[preset].operations.get(name, PRESETS[preset].strategy)]
        assert (settings.retry, settings.breaker, settings.bulkhead) == (
            strategy.retry,
            strategy.breaker,
            strategy.bulkhead,
        )


def test_production_tries_important_work_longer():
    chosen = {name: settings.strategy for name, settings in operations({"preset": "production"}).items()}
    assert chosen == {
        "summarize": "conservative",
        "sentiment": "aggressive",
        "key_points": "balanced",
        "questions": "balanced",
        "qa": "critical",
    }


def test_settings_of_one_operation_leave_all_others_alone():
    changed = operations({"operations": {"qa": {"retry": {"attempts": 4}}}})
    before = operations({})
    assert changed["qa"].retry.attempts == 4
    assert {name: changed[name] for name in PROMPTS if name != "qa"} == {
        name: before[name] for name in PROMPTS if name != "qa"
    }


def test_the_default_is_for_operations_that_choose_no_strategy():
    document = {
        "default": {"strategy": "aggressive", "retry": {"attempts": 4}},
        "operations": {"qa": {"strategy": "critical"}, "questions": {"retry": {"jitter_s": 0}}},
    }
    found = operations(document)
    assert (found["summarize"].strategy, found["summarize"].retry.attempts) == ("aggressive", 4)
    assert (found["questions"].retry.attempts, found["questions"].retry.jitter_s) == (4, 0)
    assert (found["qa"].strategy, found["qa"].retry.attempts) == ("critical", 7)


def test_the_strategy_of_the_preset_for_an_operation_goes_before_that_of_the_default():
    found = operations({"preset": "production", "default": {"strategy": "conservative"}})
    assert (found["sentiment"].strategy, found["questions"].strategy) == ("aggressive", "conservative")


def test_a_slow_call_and_the_minimum_follow_what_they_depend_on():
    document = {"operations": {"qa": {"retry": {"attempt_timeout_s": 2}, "breaker": {"failures": 9}}}}
    breaker = operations(document)["qa"].breaker
    assert (breaker.slow_call_s, breaker.minimum_calls) == (2, 9)
    document["operations"]["qa"]["breaker"]["minimum_calls"] = 3
    assert operations(document)["qa"].breaker.minimum_calls == 9


def test_a_strategy_does_not_go_beyond_the_limits_of_the_operator():
    limits = OperatorLimits(Range(1, 4), Range(1, 6), Range(0.1, 5), Range(1, 50))
    found = resolve({"default": {"strategy": "critical"}}, "simple", limits, 1)
    qa = found.operations["qa"]
    assert (qa.retry.attempts, qa.breaker.failures, qa.breaker.open_s, found.per_minute) == (4, 6, 5, 50)


def test_alerts_that_are_not_set_keep_their_values():
    alerts = resolve({"alerts": {"window_s": 2}}, "simple", LIMITS, 1).alerts
    assert asdict(alerts) == {
        "failure_rate": 0.5,
        "p95_s": 5.0,
        "minimum_requests": 10,
        "window_s": 2,
        "regression_times": 1.5,
    }
