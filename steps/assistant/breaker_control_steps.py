"""Administrators who stop the use of the AI service, or have it used again."""

from hamcrest import has_entries

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.admin_matchers import accepted


@given("{name:Admin} has stopped the use of the AI service for {operation:Operation}")
@when("{name:Admin} stops the use of the AI service for {operation:Operation}")
def stops_use(context: Context, name: str, operation: str) -> None:
    answer = Administrator(context.stage.the(AssistantApi), name).open_breaker(operation)
    assert_that(answer, accepted(), "the administrator's order")


@when("{name:Admin} has the AI service used again for {operation:Operation}")
def has_it_used(context: Context, name: str, operation: str) -> None:
    answer = Administrator(context.stage.the(AssistantApi), name).reset_breaker(operation)
    assert_that(answer, accepted(), "the administrator's order")


@then('the audit trail says that {name:Admin} changed this last for {operation:Operation}: "{cause:Text}"')
def audited_change(context: Context, name: str, operation: str, cause: str) -> None:
    entries = context.stage.the(Administrator).audit(kind="breaker", limit=100).body.get("entries", [])
    last = ([{}] + [one for one in entries if one.get("operation") == operation])[-1]
    assert_that(last, has_entries(who=name, cause=cause), f"the last change of {operation} in the audit trail")
