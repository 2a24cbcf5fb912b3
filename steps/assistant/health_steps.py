"""What the health page says of the whole, of the store and of the AI service; steps about breakers stand in breaker_steps."""

from datetime import timedelta

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.core.target import Target
from support.systems.assistant.actors.on_call import OnCallEngineer
from support.systems.assistant.targets import AI_SERVICE, STORE

FIELDS = {STORE: "redis", AI_SERVICE: "ai_service"}


@then('the health page says "{status:Text}"')
def page_says_status(context: Context, status: str) -> None:
    assert_that(context.stage.the(OnCallEngineer).health_page().status, equal_to(status), "the health page")


@then('within {limit:Duration} the health page says "{status:Text}"')
def page_soon_says_status(context: Context, limit: timedelta, status: str) -> None:
    eventually(lambda: page_says_status(context, status), within=limit)


@then('the health page says that {target:Target} is "{state:Text}"')
def page_says_of_target(context: Context, target: Target, state: str) -> None:
    told = context.stage.the(OnCallEngineer).health_page().body.get(FIELDS[target])
    assert_that(told, equal_to(state), f"the {target} on the health page")


@then('within {limit:Duration} the health page says that {target:Target} is "{state:Text}"')
def page_soon_says_of_target(context: Context, limit: timedelta, target: Target, state: str) -> None:
    eventually(lambda: page_says_of_target(context, target, state), within=limit)


@then("the health page says that {count:Count} requests for {operation:Operation} failed in succession")
def page_says_failures(context: Context, count: int, operation: str) -> None:
    page = context.stage.the(OnCallEngineer).health_page()
    assert_that(page.failures(operation), equal_to(count), f"the failures of {operation} on the health page")


@then("the health page answers within {limit:Duration}")
def page_answers(context: Context, limit: timedelta) -> None:
    page = context.stage.the(OnCallEngineer).health_page()
    assert page.breakers, f"the health page was not answered: {page.status}"
    assert_at_most(page.took, limit, "the answer of the health page")
