"""Administrators who change the configuration while the assistant runs."""

from typing import Any

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.systems.assistant.actors import configuration_change
from support.systems.assistant.actors.administrator import Administrator, by_name
from support.systems.assistant.actors.configuration_change import Change, Edit, with_field
from support.systems.assistant.actors.operator import Operator
from support.systems.assistant.admin_matchers import accepted, refused_with
from support.systems.assistant.environment.configuration_file import SHORT_TIMES

CONFIGURATION = "the configuration"


@when("the configuration file sets {field:Field} to {value:Value}")
@given("the configuration file sets {field:Field} to {value:Value}")
def file_sets(context: Context, field: str, value: Any) -> None:
    context.stage.the(Operator).replace(with_field(SHORT_TIMES, field, value))


@when("{name:Admin} sets {field:Field} to {value:Value}")
def sets(context: Context, name: str, field: str, value: Any) -> None:
    _make(context, name, configuration_change.setting((field, value)))


@given("{name:Admin} has set {field:Field} to {value:Value}")
def has_set(context: Context, name: str, field: str, value: Any) -> None:
    sets(context, name, field, value)
    _was_accepted(context)


@when("{name:Admin} sets {field:Field} of {operation:Operation} to {value:Value}")
def tunes(context: Context, name: str, field: str, operation: str, value: Any) -> None:
    _make(context, name, configuration_change.tuning(operation, field, value))


@given("{name:Admin} has set {field:Field} of {operation:Operation} to {value:Value}")
def has_tuned(context: Context, name: str, field: str, operation: str, value: Any) -> None:
    tunes(context, name, field, operation, value)
    _was_accepted(context)


@when('{name:Admin} registers {operation:Operation} with the instruction "{prompt:Text}"')
def registers(context: Context, name: str, operation: str, prompt: str) -> None:
    _make(context, name, lambda administrator: administrator.set_operation(operation, {"prompt": prompt}))


@given('{name:Admin} has registered {operation:Operation} with the instruction "{prompt:Text}"')
def has_registered(context: Context, name: str, operation: str, prompt: str) -> None:
    registers(context, name, operation, prompt)
    _was_accepted(context)


@when("{name:Admin} removes {operation:Operation}")
def removes(context: Context, name: str, operation: str) -> None:
    _make(context, name, lambda administrator: administrator.remove_operation(operation))


@when('{name:Admin} applies the preset "{preset:Name}"')
def applies_preset(context: Context, name: str, preset: str) -> None:
    _make(context, name, lambda administrator: administrator.apply_preset(preset))


@then('the change is refused with {status:Count}, "{error:Name}"')
def is_refused(context: Context, status: int, error: str) -> None:
    assert_that(context.stage.the(Change).answer, refused_with(status, error), "the change")


@then("the configuration is as it was")
def is_as_it_was(context: Context) -> None:
    """As before the last change."""
    now = context.stage.the(Administrator).configuration().body
    assert_that(now, equal_to(context.stage.the(Change).before), CONFIGURATION)


@then("the configuration is that of the last change")
def is_of_last_change(context: Context) -> None:
    now = context.stage.the(Administrator).configuration().body
    assert_that(now, equal_to(context.stage.the(Change).after), CONFIGURATION)


def _make(context: Context, name: str, edit: Edit) -> None:
    administrator = by_name(context.stage.the(Administrator), name)
    context.stage.put(configuration_change.make(administrator, edit))


def _was_accepted(context: Context) -> None:
    assert_that(context.stage.the(Change).answer, accepted(), "the change")
