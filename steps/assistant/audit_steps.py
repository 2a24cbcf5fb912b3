"""The audit trail: what it says of changes, how it is kept, and what tampering with it shows."""

from typing import Any

from hamcrest import empty, equal_to, greater_than, is_in

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.target import Target
from support.environments.parts import Parts
from support.faults.injectors.process import start_again
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.configuration_change import Change
from support.systems.assistant.actors.configuration_series import Changing, instruction
from support.systems.assistant.environment.site import Site
from support.systems.assistant.observers.audit_entries import change_by
from support.systems.assistant.observers.audit_file import AuditFile, TamperedLine, Tampering, at

ALL = 1000  # entries that are shown at most
BENS_CHANGE = "default.retry.attempts", 2  # in the background of what is tampered with


@when("{target:Target} is killed in the middle of a line of the audit trail, and is started again")
def killed_while_writing(context: Context, target: Target) -> None:
    part = context.stage.the(Parts)[target]
    part.kill()
    _file(context).tear()
    start_again(target, part)


@when("somebody {how:Tampering} in the file of the audit trail")
def somebody_tampers(context: Context, how: Tampering) -> None:
    context.stage.put(TamperedLine(_file(context).tamper(*BENS_CHANGE, how)))


@when("an auditor follows the chain of the audit trail in its file")
def auditor_follows(context: Context) -> None:
    context.stage.put(_file(context))


@then("each line holds its own hash and that of the line before")
def is_chained(context: Context) -> None:
    assert_that(context.stage.the(AuditFile).unchained(), empty(), "breaks of the chain")


@then('the last change in the audit trail is by "{who:Name}", made just now, from what was to what is')
def last_change_is(context: Context, who: str) -> None:
    assert_that(_last_change(context), change_by(who, context.stage.the(Change)), "the last change in the audit trail")


@then('the last change in the audit trail is by "{who:Name}", of {field:Field} from {old:Value} to {new:Value}')
def last_change_is_of(context: Context, who: str, field: str, old: Any, new: Any) -> None:
    entry = _last_change(context)
    found = (entry.get("who"), at(entry.get("before"), field), at(entry.get("after"), field))
    assert_that(found, equal_to((who, old, new)), "the last change in the audit trail: by whom, from what, to what")


@then('the audit trail has no change by "{who:Name}"')
def no_change_by(context: Context, who: str) -> None:
    found = [entry for entry in _entries(context, "configuration") if entry.get("who") == who]
    assert_that(found, empty(), f"the changes by {who} in the audit trail")


@then("the audit trail has every change that was accepted, once and in order")
def has_every_change(context: Context) -> None:
    changing = context.stage.the(Changing)
    found = [prompt for prompt in _file(context).changes("operations.qa.prompt") if prompt]
    expected = [instruction(number) for number in range(1, max(changing.accepted, len(found)) + 1)]
    assert_that(
        found, equal_to(expected), f"the changes in the audit trail, of which {changing.accepted} were accepted"
    )


@then("the audit trail is intact")
def is_intact(context: Context) -> None:
    assert_that(_state(context), equal_to((True, None)), "whether the audit trail is intact, and where it is broken")


@then("the audit trail is broken from there on")
def is_broken(context: Context) -> None:
    """The line that was tampered with is told, or its neighbour: where the chain breaks."""
    line = context.stage.the(TamperedLine).number
    expected = is_in([(False, line - 1), (False, line), (False, line + 1)])
    assert_that(_state(context), expected, f"whether the audit trail is intact, and where it is broken (line {line})")


@then("the audit trail tells that it was repaired")
def tells_of_repair(context: Context) -> None:
    assert_that(len(_entries(context, "repaired")), greater_than(0), "the repairs in the audit trail")


def _file(context: Context) -> AuditFile:
    return AuditFile(context.stage.the(Site).folder.data)


def _entries(context: Context, kind: str) -> list[dict[str, Any]]:
    return list(context.stage.the(Administrator).audit(kind=kind, limit=ALL).body.get("entries", []))


def _last_change(context: Context) -> dict[str, Any]:
    found = _entries(context, "configuration")
    return found[-1] if found else {}


def _state(context: Context) -> tuple[Any, Any]:
    told = context.stage.the(Administrator).audit(limit=1).body
    return told.get("intact"), told.get("broken_at")
