"""How many requests each key allows, counted by those that were answered."""

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then, when
from support.core.checks import assert_that
from support.core.described import every
from support.systems.assistant.actors.assistant_api import AssistantApi
from support.systems.assistant.actors.person import Crowd, Person
from support.systems.assistant.environment.topology import PEOPLE
from support.systems.assistant.matchers import refused, says_when_to_come_back


@when("a partner asks for {operation:Operation} with a key of their own")
def partner_asks(context: Context, operation: str) -> None:
    context.stage.put(Person(context.stage.the(AssistantApi), PEOPLE["partner"]).ask(operation))


@then('exactly {count:Count} people were answered, and the others refused with {status:Count}, "{error:Text}"')
def so_many_answered(context: Context, count: int, status: int, error: str) -> None:
    replies = context.stage.the(Crowd).replies
    others = [one for one in replies if not one.answered]
    assert_that(others, every(refused(status, error)), "the answers to the others")
    assert_that(len(replies) - len(others), equal_to(count), f"the people who were answered, of {len(replies)}")


@then("each refusal says truly when to come back")
def says_truly(context: Context) -> None:
    replies = context.stage.the(Crowd).replies
    allowed, others = [one for one in replies if one.answered], [one for one in replies if not one.answered]
    assert_that(others, every(says_when_to_come_back(allowed)), "the refusals")
