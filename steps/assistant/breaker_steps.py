"""When the assistant no longer uses a failing service, tests it, and uses it again; as its health page says."""

from datetime import timedelta

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.faults.desk import FaultDesk
from support.faults.model import ErrorAnswers
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.on_call import OnCallEngineer
from support.systems.assistant.actors.person import Person
from support.systems.assistant.targets import AI_SERVICE

SOON = timedelta(seconds=5)
ENOUGH = 20  # requests that open any breaker of the features


@then("the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_says(context: Context, state: str, operation: str) -> None:
    page = context.stage.the(OnCallEngineer).health_page()
    assert_that(page.state(operation), equal_to(state), f"the breaker of {operation} on the health page")


@then("within {limit:Duration} the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_soon_says(context: Context, limit: timedelta, state: str, operation: str) -> None:
    eventually(lambda: page_says(context, state, operation), within=limit)


@then("for {span:Duration} the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_keeps_saying(context: Context, span: timedelta, state: str, operation: str) -> None:
    throughout(lambda: page_says(context, state, operation), span=span)


@given("the AI service is tested again for {operation:Operation}")
@when("the AI service is tested again for {operation:Operation}")
def is_tested_again(context: Context, operation: str) -> None:
    patiently(lambda: page_says(context, "half_open", operation), within=SOON)


@given("the AI service has failed until the assistant gave up on it for {operation:Operation}")
def has_given_up(context: Context, operation: str) -> None:
    """The AI service works again."""
    context.stage.the(FaultDesk).inject(AI_SERVICE, ErrorAnswers(503))
    page = context.stage.the(OnCallEngineer)
    for _ in range(ENOUGH):
        context.stage.put(context.stage.the(Person).ask(operation))
        if page.health_page().state(operation) == "open":
            break
    context.stage.the(FaultDesk).recover(AI_SERVICE)


@when("an administrator has the AI service used again for {operation:Operation}")
def used_again(context: Context, operation: str) -> None:
    answer = context.stage.the(Administrator).reset_breaker(operation)
    assert_that(answer.status, equal_to(200), "the answer to the administrator")
    page_says(context, "closed", operation)
