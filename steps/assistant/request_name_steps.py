"""Programs that name their requests, and where the names are found again."""

from hamcrest import equal_to, matches_regexp

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.systems.assistant.actors.person import Person, Reply
from support.systems.assistant.observers.ai_service_record import AiServiceRecord

WELL_FORMED = r"^[A-Za-z0-9_.-]{1,64}$"


@when('a program asks for {operation:Operation}, and calls its request "{name:Text}"')
def program_names_request(context: Context, operation: str, name: str) -> None:
    context.stage.put(context.stage.the(Person).ask(operation, request_id=name))


@then('the answer and each attempt have the name "{name:Text}"')
def have_the_name(context: Context, name: str) -> None:
    assert_that(_names(context), equal_to([name]), "the names of the request")


@then('the answer and each attempt have the same name, and not "{name:Text}"')
def have_another_name(context: Context, name: str) -> None:
    (found, *others) = _names(context)
    assert_that(others, equal_to([]), f"names of the request beside {found}")
    assert_that(found, matches_regexp(WELL_FORMED), "the name of the request")
    assert found != name, f"the request kept the name {name}"


def _names(context: Context) -> list[str]:
    """The different ones of the last answer, and of all requests at the AI service."""
    return list(dict.fromkeys([context.stage.the(Reply).request_id, *context.stage.the(AiServiceRecord).by_request()]))
