"""Administrators who change the configuration while the assistant runs."""

from typing import Any

from support.behave_runtime.gherkin import Context, given, when
from support.core.checks import assert_that
from support.systems.assistant.actors import configuration_change
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.configuration_change import Change, Edit
from support.systems.assistant.admin_matchers import accepted


@when("{name:Admin} sets {field:Field} to {value:Value}")
def sets(context: Context, name: str, field: str, value: Any) -> None:
    _make(context, name, configuration_change.setting((field, value)))


@given("{name:Admin} has set {field:Field} to {value:Value}")
def has_set(context: Context, name: str, field: str, value: Any) -> None:
    sets(context, name, field, value)
    _was_accepted(context)


@when('{name:Admin} applies the preset "{preset:Text}"')
def applies_preset(context: Context, name: str, preset: str) -> None:
    _make(context, name, lambda administrator: administrator.apply_preset(preset))


def _make(context: Context, name: str, edit: Edit) -> None:
    administrator = Administrator(context.stage.the(AssistantApi), name)
    context.stage.put(configuration_change.make(administrator, edit))


def _was_accepted(context: Context) -> None:
    assert_that(context.stage.the(Change).answer, accepted(), "the administrator's change")
