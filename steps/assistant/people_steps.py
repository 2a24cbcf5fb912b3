"""People who ask the assistant, and the answers that they get."""

from contextlib import suppress
from datetime import timedelta

from hamcrest import contains_string, equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.described import every
from support.core.eventually import eventually, patiently
from support.systems.assistant.actors.people import People
from support.systems.assistant.actors.person import Crowd, Person, Reply
from support.systems.assistant.matchers import a_helpful_fallback, a_right_answer, an_answer, comes_from, refused
from support.systems.assistant.operations import ALL as ALL_KINDS


@given("a person has asked for {operation:Operation}")
@when("a person asks for {operation:Operation}")
def person_asks(context: Context, operation: str) -> None:
    context.stage.put(context.stage.the(Person).ask(operation))


@given("{count:Count} people, one after the other, have asked for {operation:Operation}")
@when("{count:Count} people, one after the other, ask for {operation:Operation}")
def people_ask_in_turn(context: Context, count: int, operation: str) -> None:
    context.stage.put(Crowd(tuple(context.stage.the(Person).ask(operation) for _ in range(count))))


@when("a person asks for everything once")
def person_asks_for_everything(context: Context) -> None:
    context.stage.put(Crowd(tuple(context.stage.the(Person).ask(one) for one in ALL_KINDS)))


@given("{count:Count} people have asked for {operation:Operation} at once")
@when("{count:Count} people ask for {operation:Operation} at once")
def people_ask_at_once(context: Context, count: int, operation: str) -> None:
    context.stage.put(context.stage.the(People).at_once(count, [operation]))


@when("{count:Count} people ask for all kinds of things at once")
def people_ask_for_all_kinds(context: Context, count: int) -> None:
    context.stage.put(context.stage.the(People).at_once(count, ALL_KINDS))


@when("{count:Count} people ask for all kinds of things but {operation:Operation} at once")
def people_ask_for_all_kinds_but(context: Context, count: int, operation: str) -> None:
    context.stage.put(context.stage.the(People).at_once(count, [one for one in ALL_KINDS if one != operation]))


@when("{count:Count} people keep asking for {operation:Operation} for {span:Duration}")
def people_keep_asking(context: Context, count: int, operation: str, span: timedelta) -> None:
    context.stage.put(context.stage.the(People).for_a_while(count, [operation], span))


@when("{count:Count} people keep asking for all kinds of things for {span:Duration}")
def people_keep_asking_for_all_kinds(context: Context, count: int, span: timedelta) -> None:
    context.stage.put(context.stage.the(People).for_a_while(count, ALL_KINDS, span))


@when("the person asks for the same again")
def person_asks_again(context: Context) -> None:
    asked = context.stage.the(Reply)
    context.stage.put(context.stage.the(Person).ask(asked.operation, text=asked.text))


@when("the person asks for the same again, until the AI service is asked")
def person_asks_the_same_again(context: Context) -> None:
    person, asked = context.stage.the(Person), context.stage.the(Reply)

    def check() -> None:
        reply = context.stage.put(person.ask(asked.operation, text=asked.text))
        assert reply.attempts or reply.errors, "a stored answer is still fresh"

    with suppress(AssertionError):  # the answer shows that the AI service was never asked
        patiently(check, within=timedelta(seconds=3))


def answer_is(context: Context, source: str) -> None:
    assert_that(context.stage.the(Reply), comes_from(source), "the answer to the person")


@then("the answer is {source:Source}, after {count:Count} attempt")
@then("the answer is {source:Source}, after {count:Count} attempts")
def answer_after_attempts(context: Context, source: str, count: int) -> None:
    assert_that(context.stage.the(Reply), comes_from(source, attempts=count), "the answer to the person")


@then("the person gets a fallback answer that says when to come back")
def helpful_fallback(context: Context) -> None:
    assert_that(context.stage.the(Reply), a_helpful_fallback(), "the answer to the person")


@then('the person is refused with {status:Count}, "{error:Text}"')
def is_refused(context: Context, status: int, error: str) -> None:
    assert_that(context.stage.the(Reply), refused(status, error), "the answer to the person")


@then('the person is refused with {status:Count}, "{error:Text}", because of the {field:Name}')
def is_refused_because(context: Context, status: int, error: str, field: str) -> None:
    is_refused(context, status, error)
    assert_that(context.stage.the(Reply).said, contains_string(f'"field":"{field}"'), "the answer to the person")


@then("within {limit:Duration} people get live answers to requests for {operation:Operation} again")
def live_again(context: Context, limit: timedelta, operation: str) -> None:
    def check() -> None:
        person_asks(context, operation)
        answer_is(context, "live")

    eventually(check, within=limit)


@then("the person waited no longer than {limit:Duration}")
def person_waited(context: Context, limit: timedelta) -> None:
    assert_at_most(context.stage.the(Reply).waited, limit, "the person's wait")


@then("every person gets the answer to their own question")
def all_right(context: Context) -> None:
    assert_that(context.stage.the(Crowd).replies, every(a_right_answer()), "the answers")


@then("every answer is {source:Source}")
def all_from(context: Context, source: str) -> None:
    assert_that(context.stage.the(Crowd).replies, every(comes_from(source)), "the answers")


@then("every person was answered")
def all_answered(context: Context) -> None:
    """Live, from the store or by a fallback."""
    assert_that(context.stage.the(Crowd).replies, every(an_answer()), "the answers")


@then("every person waited no longer than {limit:Duration}")
def all_waited(context: Context, limit: timedelta) -> None:
    longest = max(reply.waited for reply in context.stage.the(Crowd).replies)
    assert_at_most(longest, limit, "the longest wait of a person")


@then("all of them together waited no longer than {limit:Duration}")
def all_waited_together(context: Context, limit: timedelta) -> None:
    waited = sum((reply.waited for reply in context.stage.the(Crowd).replies), timedelta())
    assert_at_most(waited, limit, "the waits of all people together")


@then("the failures that the answer names are {errors:Failures}")
def names_failures(context: Context, errors: list[str]) -> None:
    assert_that(list(context.stage.the(Reply).errors), equal_to(errors), "the failures that the answer names")
