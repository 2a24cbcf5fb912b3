"""Configurations that administrators edit and read, and what the administration answers."""

import pytest
from hamcrest.core.string_description import StringDescription

from support.core.http_client import Response
from support.systems.assistant.actors.configuration_change import Known, with_field
from support.systems.assistant.actors.configuration_series import configuration, number_of
from support.systems.assistant.actors.migrated import Migrated
from support.systems.assistant.admin_matchers import (
    accepted,
    an_error,
    errors_about,
    refused_with,
    shows_nothing_internal,
)
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.resolution import resolve, told
from support.systems.assistant.app.validation import check

LIMITS = OperatorLimits()
FIELD = "operations.qa.retry.attempts"
ERROR = {"field": FIELD, "value": 11, "message": "it is outside the limits", "remedy": "choose 1 to 10"}


def answer(status=422, text="", **body):
    return Response(status, body, 0.01, 0.0, text=text or str(body), asked="PUT /v1/admin/configuration")


def shown(document):
    """As `GET configuration` gives it."""
    return {"version": 1, "configuration": document, "effective": told(resolve(document, "simple", LIMITS, 1))}


def why(matcher, item):
    assert not matcher.matches(item)
    text = StringDescription()
    matcher.describe_mismatch(item, text)
    return str(text)


def test_one_field_is_changed_and_the_rest_stays():
    before = {"preset": "simple", "operations": {"qa": {"strategy": "critical"}}}
    assert with_field(before, FIELD, 4)["operations"] == {"qa": {"strategy": "critical", "retry": {"attempts": 4}}}
    assert before["operations"] == {"qa": {"strategy": "critical"}}


@pytest.mark.parametrize("number", [1, 5, 30])
def test_each_configuration_of_the_series_is_valid_and_known_again(number):
    document = configuration(number)
    assert check(document, "simple", LIMITS).mistakes == ()
    assert number_of(shown(document)) == number


def test_a_mixture_of_two_is_none_of_them():
    mixed = configuration(3)
    mixed["operations"]["qa"] = configuration(4)["operations"]["qa"]
    with pytest.raises(AssertionError, match="none of them"):
        number_of(shown(mixed))
    with pytest.raises(AssertionError, match="none of them"):
        number_of(shown({}))


def test_settings_in_effect_are_told_as_people_write_them():
    known = Known(shown({"operations": {"qa": {"strategy": "critical"}}}))
    assert known.in_effect("qa", ["strategy", "retry.attempts"]) == {"strategy": "critical", "retry.attempts": "7"}


def test_an_error_needs_its_field_value_advice_and_remedy():
    refusal = answer(errors=[ERROR])
    assert an_error(FIELD, value=11, advice=["1", "10"]).matches(refusal)
    assert errors_about(FIELD).matches(refusal)
    assert "value 11" in why(an_error(FIELD, value=12), refusal)
    assert "does not say 300" in why(an_error(FIELD, advice=["300"]), refusal)
    assert "was answered 422" in why(an_error("preset"), refusal)
    assert "how to correct it" in why(an_error(FIELD), answer(errors=[ERROR | {"remedy": ""}]))
    assert "errors about nothing" in why(errors_about(FIELD), answer())


def test_a_number_of_the_advice_is_no_part_of_another():
    assert not an_error(FIELD, advice=["0"]).matches(answer(errors=[ERROR]))


def test_answers_are_told_by_status_and_name():
    assert accepted().matches(answer(200))
    assert refused_with(412, "other_version").matches(answer(412, error="other_version"))
    assert "was answered 500" in why(refused_with(412, "other_version"), answer(500))


def test_a_refusal_may_name_the_place_in_what_was_sent_and_nothing_of_ours():
    assert shows_nothing_internal().matches(answer(message="No JSON", text="No JSON in line 1, column 5"))
    assert "shows" in why(shows_nothing_internal(), answer(message="No", text="ValueError in /srv/app/web.py:12"))
    assert "was answered" in why(shows_nothing_internal(), answer())


def test_the_result_of_a_migration_is_read():
    result = Migrated(
        {"RETRY_MAX_ATTEMPTS": "25"},
        answer(
            200,
            configuration={"preset": "simple", "default": {"retry": {"attempts": 10}}},
            confidence=0.8,
            reasons=[{"variable": "RETRY_MAX_ATTEMPTS", "effect": "changed", "confidence": 0.8}],
            warnings=["RETRY_MAX_ATTEMPTS: changed"],
            check={
                "same": False,
                "differences": [{"operation": "qa", "field": "retry.attempts", "old": 25, "new": 10}],
            },
        ),
    )
    assert (result.preset, result.overrides, result.confidence) == (
        "simple",
        ["default.retry.attempts"],
        result.product,
    )
    assert result.explained == result.warned == ["RETRY_MAX_ATTEMPTS"]
    assert result.differences("retry.attempts") == {"qa": (25, 10)}
    assert not result.same
