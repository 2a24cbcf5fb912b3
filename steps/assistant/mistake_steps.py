"""Mistakes in the configuration, and what their authors are told."""

from typing import Any

from hamcrest import contains_string, equal_to, has_entries, not_

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.systems.assistant.actors import configuration_change, starting
from support.systems.assistant.actors.administrator import Administrator, by_name
from support.systems.assistant.actors.configuration_change import Change
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.operator import Environment, Operator
from support.systems.assistant.actors.starting import Start
from support.systems.assistant.admin_matchers import an_error, errors_about

REFUSED_START = 64


@given("{name:Admin} has sent {body:Body}")
@when("{name:Admin} sends {body:Body}")
def sends(context: Context, name: str, body: bytes) -> None:
    administrator = by_name(context.stage.the(Administrator), name)
    context.stage.put(configuration_change.make(administrator, lambda one: one.configure(body)))


@when("{name:Admin} has {body:Body} checked")
def has_checked(context: Context, name: str, body: bytes) -> None:
    administrator = by_name(context.stage.the(Administrator), name)
    context.stage.put(configuration_change.make(administrator, lambda one: one.validate(body)))


@given("the configuration file holds {body:Body}")
def file_holds(context: Context, body: bytes) -> None:
    context.stage.the(Operator).leave_file(body)


@when("another assistant is started")
def another_is_started(context: Context) -> None:
    another_is_started_with(context, {})


@when("another assistant is started with {variables:Variables}")
def another_is_started_with(context: Context, variables: Environment) -> None:
    context.stage.put(starting.start(context.stage.the(Fleet), variables))


@then('the error names {field:Field}, its value {value:Value}, and "{advice:Text}" to choose from')
def error_with_advice(context: Context, field: str, value: Any, advice: str) -> None:
    assert_that(context.stage.the(Change).answer, an_error(field, value=value, advice=advice.split(", ")), "the answer")


@then("the error names {field:Field}, its value {value:Value}, and how to correct it")
def error_with_value(context: Context, field: str, value: Any) -> None:
    assert_that(context.stage.the(Change).answer, an_error(field, value=value), "the answer")


@then("the error names {field:Field}, and how to correct it")
def error_about(context: Context, field: str) -> None:
    assert_that(context.stage.the(Change).answer, an_error(field), "the answer")


@then('the errors name exactly "{fields:Text}"')
def exactly_these_errors(context: Context, fields: str) -> None:
    assert_that(context.stage.the(Change).answer, errors_about(*fields.split(", ")), "the answer")


@then('the check finds mistakes in exactly "{fields:Text}"')
def check_finds(context: Context, fields: str) -> None:
    assert_that(context.stage.the(Change).answer.body, has_entries(valid=False), "the check")
    exactly_these_errors(context, fields)


@then("the check finds no mistake")
def check_finds_nothing(context: Context) -> None:
    assert_that(context.stage.the(Change).answer.body, has_entries(valid=True, errors=[]), "the check")


@then('neither the answer nor the audit trail repeats "{secret:Text}"')
def secret_is_not_repeated(context: Context, secret: str) -> None:
    for text in (context.stage.the(Change).answer.text, context.stage.the(Administrator).audit().text):
        assert_that(text, not_(contains_string(secret)), "what is told of the mistake")


@then('its start is refused with exit status {status:Count}, and sentences about "{subjects:Text}"')
def start_is_refused(context: Context, status: int, subjects: str) -> None:
    start = context.stage.the(Start)
    assert_that((start.runs, start.status), equal_to((False, status)), "whether it runs, and its exit status")
    assert_that(
        [one for one in subjects.split(", ") if one not in start.output], equal_to([]), "what it says nothing of"
    )
    assert_that(start.output, not_(contains_string("Traceback")), "its last output")
