"""Assistants that are started in another environment."""

from hamcrest import contains_string, has_entries

from support.behave_runtime.gherkin import Context, given, then
from support.core.checks import assert_that
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.operator import Environment
from support.systems.assistant.actors.person import Person

NO_FILE = {"ASSISTANT_CONFIG_FILE": ""}


@given("an assistant starts with {variables:Variables} and without a configuration file")
def starts_without_file(context: Context, variables: Environment) -> None:
    """From now on people and administrators use this one."""
    instance = context.stage.the(Fleet).add({**variables, **NO_FILE})
    context.stage.equip(instance.api, Person(instance.api), instance.administrator)


@then("its environment is {name:Name}, with confidence {confidence:Value}, because of {variable:Name}")
def environment_is(context: Context, name: str, confidence: float, variable: str) -> None:
    told = context.stage.the(Administrator).environment().body
    expected = has_entries(environment=name, confidence=confidence, reason=contains_string(variable))
    assert_that(told, expected, "what it says of its environment")
