"""What the store holds, looked at and damaged past the assistant, and the age of stored answers."""

from datetime import timedelta

from hamcrest import empty, has_length

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import patiently, throughout
from support.systems.assistant.actors.person import Crowd, Person, Reply
from support.systems.assistant.like_texts import LIKE_TEXTS
from support.systems.assistant.matchers import as_old_as
from support.systems.assistant.observers.store import StoredData

SOON = timedelta(seconds=1)
A_WHILE = timedelta(seconds=0.3)  # in which an answer would be stored


@given("the stored answer for {operation:Operation} has become {how:Damage}")
def damaged(context: Context, operation: str, how: str) -> None:
    stored = context.stage.the(StoredData)
    patiently(
        lambda: assert_that(stored.answers(operation), has_length(1), f"the stored answers for {operation}"),
        within=SOON,
    )
    stored.damage(operation, how)


@when("the store loses all data")
def store_loses_data(context: Context) -> None:
    context.stage.the(StoredData).clear()


@when("another person asks for {operation:Operation} of the same text")
def same_text(context: Context, operation: str) -> None:
    context.stage.put(context.stage.the(Person).ask(operation, text=context.stage.the(Reply).text))


@when("two people, one after the other, ask for {operation:Operation} of texts that {likeness:Likeness}")
def like_texts(context: Context, operation: str, likeness: str) -> None:
    person, texts = context.stage.the(Person), LIKE_TEXTS[likeness]()
    context.stage.put(Crowd(tuple(person.ask(operation, text=text) for text in texts)))


@when('another person asks "{question:Text}" of the same text')
def other_question(context: Context, question: str) -> None:
    asked = context.stage.the(Reply)
    context.stage.put(context.stage.the(Person).ask(asked.operation, text=asked.text, question=question))


@then("the store holds no answer for {operation:Operation}")
def nothing_stored(context: Context, operation: str) -> None:
    stored = context.stage.the(StoredData)
    throughout(
        lambda: assert_that(stored.answers(operation), empty(), f"the stored answers for {operation}"), span=A_WHILE
    )


@then("the answer tells how long ago the AI service gave it")
def tells_age(context: Context) -> None:
    """The first answer of the scenario is the one that was stored."""
    first = next(one for one in context.stage.history if isinstance(one, Reply))
    assert_that(context.stage.the(Reply), as_old_as(first), "the answer to the person")
