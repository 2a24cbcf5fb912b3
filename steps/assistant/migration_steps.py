"""Old variables that are migrated, and what the assistant says of it."""

from hamcrest import close_to, equal_to, has_entries

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.systems.assistant.actors import configuration_change
from support.systems.assistant.actors.administrator import Administrator, by_name
from support.systems.assistant.actors.configuration_change import Change, Known
from support.systems.assistant.actors.migrated import Migrated
from support.systems.assistant.actors.old_variables import ALL_FIFTEEN
from support.systems.assistant.actors.operator import Environment
from support.systems.assistant.admin_matchers import accepted
from support.systems.assistant.operations import Operation


@when("{name:Admin} has {variables:Variables} migrated, to look at")
def has_migrated(context: Context, name: str, variables: Environment) -> None:
    _migrate(context, name, variables, apply=False)


@when("{name:Admin} has {variables:Variables} migrated and applied")
@given("{name:Admin} has had {variables:Variables} migrated and applied")
def has_applied(context: Context, name: str, variables: Environment) -> None:
    _migrate(context, name, variables, apply=True)
    assert_that(context.stage.the(Change).answer.body, has_entries(applied=True), "the result of the migration")


@given("{name:Admin} has had all fifteen old variables migrated and applied")
def has_applied_all(context: Context, name: str) -> None:
    has_applied(context, name, ALL_FIFTEEN)


@when("{name:Admin} reads the configuration")
def reads(context: Context, name: str) -> None:
    administrator = by_name(context.stage.the(Administrator), name)
    context.stage.put(Known(administrator.configuration().body))


@then('for {operation:Operation} it has "{settings:Text}"')
def it_has(context: Context, operation: str, settings: str) -> None:
    wanted = dict(one.split(" ") for one in settings.split(", "))
    found = context.stage.the(Known).in_effect(operation, wanted)
    assert_that(found, equal_to(wanted), f"the settings of {operation}")


@then('the migration proposes the preset "{preset:Name}" with exactly {count:Count} settings beside it')
def proposes(context: Context, preset: str, count: int) -> None:
    migrated = context.stage.the(Migrated)
    assert_that(migrated.preset, equal_to(preset), "the preset that is proposed")
    assert_that(len(migrated.overrides), equal_to(count), f"the settings beside it ({', '.join(migrated.overrides)})")


@then("each of the variables has a reason of its own")
def each_has_reason(context: Context) -> None:
    migrated = context.stage.the(Migrated)
    assert_that(migrated.explained, equal_to(sorted(migrated.variables)), "the variables that have a reason")


@then("the confidence is {confidence:Value}, the product of its reasons")
def confidence_is(context: Context, confidence: float) -> None:
    migrated = context.stage.the(Migrated)
    assert_that(migrated.confidence, close_to(confidence, 0.001), "the confidence")
    assert_that(migrated.product, close_to(confidence, 0.001), "the product of the factors of its reasons")


@then('there are warnings about "{variables:Text}"')
def warned_about(context: Context, variables: str) -> None:
    wanted = [] if variables == "nothing" else sorted(variables.split(", "))
    assert_that(context.stage.the(Migrated).warned, equal_to(wanted), "the variables that a warning is about")


@then("the check finds no difference")
def check_finds_none(context: Context) -> None:
    migrated = context.stage.the(Migrated)
    assert migrated.same, f"expected no difference; seen: {migrated.answer.body.get('check')}"


@then("the check finds for each operation that {field:Field} was {old:Value} and becomes {new:Value}")
def check_finds(context: Context, field: str, old: float, new: float) -> None:
    migrated = context.stage.the(Migrated)
    wanted = {one.api: (old, new) for one in Operation}
    assert_that(migrated.differences(field), equal_to(wanted), f"the differences of {field}")
    assert not migrated.same, "the check says that the old and the new configuration are the same"


@then("the audit trail tells of a migration by the service, with confidence {confidence:Value}")
def audited_migration(context: Context, confidence: float) -> None:
    entries = context.stage.the(Administrator).audit(kind="migration").body.get("entries", [])
    expected = has_entries(who="service", confidence=confidence, applied=True)
    assert_that(entries[-1] if entries else {}, expected, "the migration in the audit trail")


def _migrate(context: Context, name: str, variables: Environment, *, apply: bool) -> None:
    administrator = by_name(context.stage.the(Administrator), name)
    change = configuration_change.make(administrator, lambda one: one.migrate(variables, apply=apply))
    assert_that(change.answer, accepted(), "the migration")
    context.stage.put(change)
    context.stage.put(Migrated(variables, change.answer))
