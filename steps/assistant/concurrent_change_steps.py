"""Changes of the configuration that meet: with people's requests, with each other, with the end of the process."""

from datetime import timedelta
from itertools import pairwise

from hamcrest import equal_to, greater_than_or_equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.described import every
from support.core.eventually import patiently
from support.core.target import Target
from support.environments.parts import Parts
from support.faults.injectors.process import start_again
from support.systems.assistant.actors import configuration_change, configuration_series
from support.systems.assistant.actors.administrator import Administrator, by_name
from support.systems.assistant.actors.configuration_change import Known
from support.systems.assistant.actors.configuration_series import Changing, Reading, Rivals, number_of
from support.systems.assistant.actors.people import OngoingRequests, People
from support.systems.assistant.admin_matchers import refused_with
from support.systems.assistant.operations import ALL as ALL_KINDS

ENOUGH = 5  # changes before the process is killed
SOON = timedelta(seconds=10)


@when(
    "{count:Count} people keep asking for all kinds of things while {name:Admin} changes the configuration {times:Count} times"
)
def people_during_changes(context: Context, count: int, name: str, times: int) -> None:
    changing = Changing(_administrator(context, name))
    changing.times(1)
    with OngoingRequests(context.stage.the(People), count, ALL_KINDS) as asking:
        changing.times(times)
    context.stage.put(asking.crowd)


@when(
    "{reader:Admin} reads the configuration again and again while {name:Admin} changes every operation {times:Count} times"
)
def reads_during_changes(context: Context, reader: str, name: str, times: int) -> None:
    changing = Changing(_administrator(context, name))
    changing.times(1)
    with Reading(_administrator(context, reader)) as reading:
        changing.times(times)
    context.stage.put(reading)


@when("{target:Target} is killed while {name:Admin} changes the configuration, and is started again")
def killed_during_changes(context: Context, target: Target, name: str) -> None:
    part = context.stage.the(Parts)[target]
    with context.stage.put(Changing(_administrator(context, name))) as changing:
        patiently(lambda: assert_that(changing.accepted, greater_than_or_equal_to(ENOUGH), "changes"), within=SOON)
        part.kill()
    start_again(target, part)


@when("{count:Count} changes of the same version are sent at once")
def rivals(context: Context, count: int) -> None:
    context.stage.put(configuration_series.at_once(_administrator(context, "ana"), count))


@given("{name:Admin} has read the configuration")
def has_read(context: Context, name: str) -> None:
    context.stage.put(Known(_administrator(context, name).configuration().body))


@when("{name:Admin} sets {field:Field} to {value:Value} in what he has read")
def sets_in_what_was_read(context: Context, name: str, field: str, value: object) -> None:
    edit = context.stage.the(Known).setting(field, value)
    context.stage.put(configuration_change.make(_administrator(context, name), edit))


@then("each configuration that {_name:Admin} reads is wholly one of Ana's, and none is older than the one before")
def reads_whole_ones(context: Context, _name: str) -> None:
    numbers = [number_of(body) for body in context.stage.the(Reading).seen]
    assert_that(len(set(numbers)), greater_than_or_equal_to(ENOUGH), "the configurations that were read")
    assert_that([pair for pair in pairwise(numbers) if pair[0] > pair[1]], equal_to([]), "steps back to an older one")


@then("the configuration is one of those that were sent, and not older than the last that was accepted")
def is_accepted_one(context: Context) -> None:
    changing = context.stage.the(Changing)
    now = number_of(context.stage.the(Administrator).configuration().body)
    assert changing.accepted <= now <= changing.sent, (
        f"the configuration is that of change {now}; expected one from {changing.accepted} to {changing.sent}"
    )


@then('exactly {count:Count} of them is accepted, and the others are refused with {status:Count}, "{error:Name}"')
def so_many_accepted(context: Context, count: int, status: int, error: str) -> None:
    rivals = context.stage.the(Rivals)
    assert_that(len(rivals.accepted), equal_to(count), "the changes that were accepted")
    assert_that(rivals.others, every(refused_with(status, error)), "the others")


@then("the configuration is that of the accepted one")
def is_of_accepted_one(context: Context) -> None:
    now = number_of(context.stage.the(Administrator).configuration().body)
    assert_that([now], equal_to(context.stage.the(Rivals).accepted), "the change that is in force")


def _administrator(context: Context, name: str) -> Administrator:
    return by_name(context.stage.the(Administrator), name)
