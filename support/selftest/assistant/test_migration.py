"""A migrated configuration does what the old variables meant, and says where it could not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.systems.assistant.app.migration import migrate
from support.systems.assistant.app.old_variables import READERS, meaning_of, read_old
from support.systems.assistant.app.operator_limits import OperatorLimits, Range
from support.systems.assistant.app.presets import PROMPTS
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.strategies import STRATEGIES
from support.systems.assistant.app.validation import check

LIMITS = OperatorLimits()
SEVERAL_LIMITS = st.sampled_from([LIMITS, OperatorLimits(Range(1, 3), Range(2, 4), Range(0.1, 20))])
EXAMPLES = settings(max_examples=150, deadline=None, database=None)
WHOLE = st.integers(0, 40).map(str)
NUMBER = st.integers(0, 400).map(str) | st.floats(0, 100).map(str)
JUNK = st.sampled_from(["", "-1", "many", "nan", "inf", "1e400", "\ud800"])
BY_VARIABLE = {
    name: JUNK | (st.sampled_from(list(STRATEGIES)) if "STRATEGY" in name else st.sampled_from(["true", "NO"]))
    if "STRATEGY" in name or "ENABLED" in name
    else JUNK | (WHOLE if "ATTEMPTS" in name or "THRESHOLD" in name else NUMBER)
    for name in READERS
}
VARIABLES = st.fixed_dictionaries({}, optional={**BY_VARIABLE, "RETRY_UNKNOWN": st.just("1")})
FIELDS = ("attempts", "backoff_first_s", "backoff_cap_s", "jitter_s")


def waits(first_s, cap_s, multiplier, attempts):
    return [min(cap_s, first_s * multiplier**n) for n in range(attempts - 1)]


def test_there_are_15_old_variables():
    assert len(READERS) == 15


@EXAMPLES
@given(VARIABLES, SEVERAL_LIMITS)
def test_the_result_is_valid_and_differs_only_where_a_warning_says_so(variables, limits):
    found = migrate(variables, limits)
    assert not check(found.document, "simple", limits).mistakes
    assert not found.unexpected
    assert {reason.variable for reason in found.reasons} == set(variables)
    assert 0 < found.confidence <= 1
    if found.confidence == 1 and not found.warnings:
        assert not found.differences


@EXAMPLES
@given(VARIABLES)
def test_without_differences_the_waits_and_thresholds_are_those_of_old(variables):
    found = migrate(variables, LIMITS)
    changed = {difference.operation for difference in found.differences}
    values = read_old(variables).values
    for name, new in resolve(found.document, "simple", LIMITS, 1).operations.items():
        if name in changed:
            continue
        strategy = values.get(
            f"{name.upper()}_RESILIENCE_STRATEGY", values.get("DEFAULT_RESILIENCE_STRATEGY", "balanced")
        )
        old = STRATEGIES[strategy]
        first = values.get("RETRY_EXPONENTIAL_MIN", old.retry.backoff_first_s)
        cap = values.get("RETRY_EXPONENTIAL_MAX", old.retry.backoff_cap_s)
        attempts = values.get("RETRY_MAX_ATTEMPTS", old.retry.attempts)
        assert waits(new.retry.backoff_first_s, new.retry.backoff_cap_s, 2, new.retry.attempts) == waits(
            first, cap, values.get("RETRY_EXPONENTIAL_MULTIPLIER", 2), attempts
        )
        assert new.breaker.failures == values.get("CIRCUIT_BREAKER_FAILURE_THRESHOLD", old.breaker.failures)
        assert new.breaker.open_s == values.get("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", old.breaker.open_s)


def test_the_strategies_of_production_need_no_overrides():
    found = migrate(
        {
            "DEFAULT_RESILIENCE_STRATEGY": "balanced",
            "QA_RESILIENCE_STRATEGY": "critical",
            "SENTIMENT_RESILIENCE_STRATEGY": "aggressive",
            "SUMMARIZE_RESILIENCE_STRATEGY": "conservative",
        },
        LIMITS,
    )
    assert found.document == {"preset": "production"}
    assert found.confidence == 1


@pytest.mark.parametrize(
    ("variables", "confidence"),
    [
        ({"RETRY_MAX_ATTEMPTS": "4"}, 1.0),
        ({"RETRY_MAX_ATTEMPTS": "40"}, 0.8),
        ({"RETRY_EXPONENTIAL_MULTIPLIER": "2.0"}, 1.0),
        ({"RETRY_EXPONENTIAL_MULTIPLIER": "3"}, 0.7),
        ({"CIRCUIT_BREAKER_ENABLED": "true"}, 1.0),
        ({"CIRCUIT_BREAKER_ENABLED": "false"}, 0.6),
        ({"RETRY_MAX_ATTEMPTS": "many"}, 0.5),
        ({"RETRY_COLOUR": "red"}, 0.5),
        ({"CIRCUIT_BREAKER_RECOVERY_TIMEOUT": "5", "CIRCUIT_BREAKER_ENABLED": "false"}, 0.6),
        ({"CIRCUIT_BREAKER_RECOVERY_TIMEOUT": "5", "RETRY_EXPONENTIAL_MULTIPLIER": "1"}, 0.56),
    ],
)
def test_confidence_is_the_product_of_a_factor_for_each_variable(variables, confidence):
    found = migrate(variables, LIMITS)
    assert found.confidence == confidence
    assert len(found.warnings) == sum(reason.confidence < 1 for reason in found.reasons)


def test_a_breaker_that_was_off_gets_the_highest_threshold():
    found = migrate({"CIRCUIT_BREAKER_ENABLED": "false", "CIRCUIT_BREAKER_FAILURE_THRESHOLD": "2"}, LIMITS)
    effective = resolve(found.document, "simple", LIMITS, 1)
    assert {settings.breaker.failures for settings in effective.operations.values()} == {20}
    assert {difference.told()["field"] for difference in found.differences} == {"breaker.enabled"}


def test_jitter_that_was_off_stays_off():
    found = migrate({"RETRY_JITTER_ENABLED": "false", "RETRY_JITTER_MAX": "3"}, LIMITS)
    assert {
        settings.retry.jitter_s for settings in resolve(found.document, "simple", LIMITS, 1).operations.values()
    } == {0}


def test_a_strategy_beyond_the_limits_is_warned_of_even_if_no_variable_named_it():
    found = migrate({}, OperatorLimits(attempts=Range(1, 2)))
    assert found.differences
    assert not found.unexpected
    assert "attempts" in found.warnings[0]


def test_each_operation_keeps_its_own_strategy():
    variables = {f"{name.upper()}_RESILIENCE_STRATEGY": "critical" for name in PROMPTS}
    values = read_old(variables).values
    assert {meaning_of(name, values).strategy for name in PROMPTS} == {"critical"}
    assert not migrate(variables, LIMITS).differences
