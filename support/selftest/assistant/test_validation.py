"""A configuration is valid, or every mistake in it is named with its field, its value and the remedy."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support.selftest.assistant.documents import ANY, ANY_DOCUMENT, RIGHT
from support.systems.assistant.app.json_reading import (
    LARGEST_BYTES,
    TooDeepError,
    TooLargeError,
    UnreadableError,
    read_json,
)
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.resolution import resolve
from support.systems.assistant.app.validation import check

LIMITS = OperatorLimits()
EXAMPLES = settings(max_examples=150, deadline=None, database=None)


def mistakes(document):
    return {wrong.field: wrong for wrong in check(document, "simple", LIMITS).mistakes}


@EXAMPLES
@given(RIGHT)
def test_a_right_configuration_validates_and_keeps_within_the_limits(document):
    effective = resolve(check(document, "simple", LIMITS).valid(), "simple", LIMITS, 1)
    for operation in effective.operations.values():
        assert operation.retry.attempts in LIMITS.attempts
        assert operation.breaker.failures in LIMITS.failures
        assert operation.breaker.open_s in LIMITS.open_s
        assert operation.breaker.minimum_calls >= operation.breaker.failures
        assert operation.retry.backoff_first_s <= operation.retry.backoff_cap_s
        assert operation.retry.attempt_timeout_s <= operation.retry.deadline_s


@EXAMPLES
@given(ANY | ANY_DOCUMENT)
def test_anything_else_is_refused_with_field_message_and_remedy_or_is_safe(document):
    checked = check(document, "production", LIMITS)
    for wrong in (*checked.mistakes, *checked.warnings):
        assert wrong.field
        assert wrong.message
        assert wrong.remedy
        assert wrong.sentence.isprintable()
        msgspec.json.encode(wrong.told())
    if not checked.mistakes:
        assert checked.document == document
        resolve(checked.document, "production", LIMITS, 1)


@EXAMPLES
@given(RIGHT, st.data())
def test_one_wrong_value_in_a_right_configuration_is_the_only_mistake(document, data):
    field = data.draw(st.sampled_from(["probes", "concurrent", "wait_s", "slow_call_s"]))
    group = {"probes": "breaker", "slow_call_s": "breaker"}.get(field, "bulkhead")
    part = document.setdefault("operations", {}).setdefault("qa", {})
    part.setdefault(group, {})[field] = data.draw(st.sampled_from([-1, 100_000, "3", None, True, [], {}]))
    assert list(mistakes(document)) == [f"operations.qa.{group}.{field}"]


@pytest.mark.parametrize(
    ("document", "field", "remedy"),
    [
        ({"colour": 1}, "colour", "remove it"),
        ({"preset": "prod"}, "preset", "'production'"),
        ({"default": {"strategy": "brave"}}, "default.strategy", "'critical'"),
        ({"default": {"prompt": "x"}}, "default.prompt", "remove it"),
        ({"operations": {"qa": {"retry": {"attempts": 11}}}}, "operations.qa.retry.attempts", "1 to 10"),
        ({"operations": {"qa": {"retry": {"attempts": 2.5}}}}, "operations.qa.retry.attempts", "whole number"),
        ({"operations": {"qa": {"retry": {"attempts": None}}}}, "operations.qa.retry.attempts", "whole number"),
        ({"default": {"breaker": {"failures": 0}}}, "default.breaker.failures", "1 to 20"),
        ({"default": {"breaker": {"open_s": 9.9}}}, "default.breaker.open_s", "10 to 300"),
        ({"default": {"breaker": {"open_s": 1e308}}}, "default.breaker.open_s", "10 to 300"),
        ({"rate_limit": {"per_minute": 1_000_000}}, "rate_limit.per_minute", "1 to 10000"),
        ({"operations": {"Bad Name": {"prompt": "x"}}}, "operations.Bad Name", "lower-case"),
        ({"operations": {"summarise": {}}}, "operations.summarise.prompt", "summarize"),
        ({"operations": {"qa": {"prompt": "<script>"}}}, "operations.qa.prompt", "plain text"),
        ({"operations": {"qa": {"prompt": "Say {{ secret }}"}}}, "operations.qa.prompt", "plain text"),
        ({"operations": {"qa": {"prompt": "a\x1bb"}}}, "operations.qa.prompt", "plain text"),
        ({"${x}": 1}, "${x}", "letters"),
        (
            {"default": {"retry": {"attempt_timeout_s": 5, "deadline_s": 1}}},
            "default.retry.deadline_s",
            "raise deadline_s",
        ),
        (
            {"operations": {"qa": {"retry": {"backoff_first_s": 6}}}},
            "operations.qa.retry.backoff_first_s",
            "backoff_cap_s",
        ),
        ([], "configuration", "object"),
    ],
)
def test_a_mistake_is_named_with_its_remedy(document, field, remedy):
    found = mistakes(document)
    assert list(found) == [field]
    assert remedy in found[field].remedy


def test_all_mistakes_are_found_at_once():
    found = mistakes(
        {
            "preset": "prod",
            "default": {"retry": {"attempts": 99, "deadline_s": "long"}},
            "operations": {
                "qa": {"retry": {"attempt_timeout_s": 5, "deadline_s": 1}, "prompt": "javascript:x"},
                "Bad": {},
            },
            "rate_limit": {"per_minute": 0},
            "nonsense": {},
        }
    )
    assert set(found) == {
        "preset",
        "default.retry.attempts",
        "default.retry.deadline_s",
        "operations.qa.retry.deadline_s",
        "operations.qa.prompt",
        "operations.Bad",
        "rate_limit.per_minute",
        "nonsense",
    }


def test_a_line_break_in_a_prompt_is_right():
    assert not mistakes({"operations": {"qa": {"prompt": "Answer.\n\tBriefly."}}})


def test_secrets_are_not_repeated():
    found = mistakes({"api_key": "abc123", "note": "Bearer abc123", "where": "redis://u:abc123@host/"})
    assert len(found) == 3
    assert "abc123" not in "".join(wrong.sentence for wrong in found.values())


def test_nesting_deeper_than_ten_levels_is_refused_and_the_rest_is_checked():
    deep = inner = {}
    for _ in range(12):
        inner["a"] = inner = {}
    found = mistakes({"x": deep, "preset": "prod"})
    assert any("nested" in wrong.message for wrong in found.values())
    assert "preset" in found


def test_more_than_100_operations_are_refused():
    found = mistakes({"operations": {f"op_{n}": {"prompt": "x"} for n in range(101)}})
    assert "100 at most" in found["operations"].remedy


def test_thousands_of_mistakes_are_bounded_and_their_number_is_told():
    found = check({f"field_{n}": n for n in range(5000)}, "simple", LIMITS).mistakes
    assert len(found) == 101
    assert found[-1].value == "4900 more"


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"operations": {"qa": {"breaker": {"minimum_calls": 2}}}}, "operations.qa.breaker.minimum_calls"),
        ({"operations": {"qa": {"breaker": {"slow_call_s": 11}}}}, "operations.qa.breaker.slow_call_s"),
        ({"operations": {"qa": {"retry": {"attempts": 9, "deadline_s": 12}}}}, "operations.qa.retry.attempts"),
        ({"operations": {"qa": {"bulkhead": {"wait_s": 30}}}}, "operations.qa.bulkhead.wait_s"),
    ],
)
def test_settings_without_effect_are_warned_of(document, field):
    checked = check(document, "simple", LIMITS)
    assert not checked.mistakes
    assert [warning.field for warning in checked.warnings] == [field]


@pytest.mark.parametrize(
    "text", [b"{", b"", b"\xff", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": 1, "a": 2}', b'{"a": ' + b"1" * 5000 + b"}"]
)
def test_what_is_no_plain_json_is_unreadable(text):
    with pytest.raises(UnreadableError):
        read_json(text)


def test_size_and_depth_are_bounded_before_anything_else():
    with pytest.raises(TooLargeError):
        read_json(b" " * (LARGEST_BYTES + 1))
    with pytest.raises(TooDeepError):
        read_json(b"[" * 50_000)
