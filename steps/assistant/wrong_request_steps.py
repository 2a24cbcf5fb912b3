"""Programs that ask wrongly, and how they are refused."""

from hamcrest import all_of, empty, equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.described import every
from support.core.http_client import Response
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.configuration_change import Change
from support.systems.assistant.actors.people import People
from support.systems.assistant.actors.program import Program, Refusals, SendingWrongRequests
from support.systems.assistant.actors.wrong_requests import request
from support.systems.assistant.admin_matchers import (
    an_error,
    errors_about,
    refused_with,
    shows_nothing_internal,
)
from support.systems.assistant.observers.store import StoredData
from support.systems.assistant.operations import ALL as ALL_KINDS

REFUSAL = "the refusal"


@when("a program sends {body:Request}")
def program_sends(context: Context, body: bytes) -> None:
    context.stage.put(_program(context).send(body))


@when("a program asks for a summary {key:Key}")
def program_asks(context: Context, key: str) -> None:
    context.stage.put(_program(context).send(request(), key))


@when("a program sends every wrong request there is")
def program_sends_all(context: Context) -> None:
    context.stage.put(_program(context).send_all_wrong())


@when("{count:Count} people ask for all kinds of things while a program sends every wrong request there is")
def people_ask_meanwhile(context: Context, count: int) -> None:
    with SendingWrongRequests(_program(context)):
        context.stage.put(context.stage.the(People).at_once(count, ALL_KINDS))


@when("a program tries each page of the administration {key:Key}")
def program_tries_administration(context: Context, key: str) -> None:
    before = context.stage.the(Administrator).configuration()
    context.stage.put(_program(context).open_administration(key))
    context.stage.put(Change(before.body, before, {}, before.at))


@then('the program is refused with {status:Count}, "{error:Name}"')
def program_is_refused(context: Context, status: int, error: str) -> None:
    assert_that(context.stage.the(Response), refused_with(status, error), "the answer to the program")


@then("the program is served live")
def program_is_served(context: Context) -> None:
    answer = context.stage.the(Response)
    assert_that(
        (answer.status, answer.body.get("source")), equal_to((200, "live")), "the status and source of the answer"
    )


@then("the refusal says why, and shows nothing internal")
def says_why(context: Context) -> None:
    assert_that(context.stage.the(Response), shows_nothing_internal(), REFUSAL)


@then('the refusal names exactly "{fields:Text}", and how to correct it')
def names_exactly(context: Context, fields: str) -> None:
    names = fields.split(", ")
    assert_that(context.stage.the(Response), all_of(errors_about(*names), *map(an_error, names)), REFUSAL)


@then('each of them is refused with {status:Count}, "{error:Name}"')
def each_is_refused_with(context: Context, status: int, error: str) -> None:
    assert_that(context.stage.the(Refusals).answers, every(refused_with(status, error)), "the answers")


@then("nothing of them is in the store")
def nothing_is_stored(context: Context) -> None:
    stored = context.stage.the(StoredData)
    assert_that([key for one in ALL_KINDS for key in stored.answers(one)], empty(), "the stored answers")


def _program(context: Context) -> Program:
    return Program(context.stage.the(AssistantApi))
