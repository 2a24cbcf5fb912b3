"""When the assistant no longer uses a failing service, tests it, and uses it again; as its health page says."""

from datetime import timedelta

from hamcrest import equal_to, only_contains

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.faults.desk import FaultDesk
from support.faults.model import ErrorAnswers, Fault
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.on_call import OnCallEngineer
from support.systems.assistant.actors.person import Person
from support.systems.assistant.targets import AI_SERVICE

SOON = timedelta(seconds=5)
ENOUGH = 20  # requests that open any breaker of the features
GIVEN_UP = ("open", "half_open")  # its time may be over when we look


@then("the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_says(context: Context, state: str, operation: str) -> None:
    page = context.stage.the(OnCallEngineer).health_page()
    assert_that(page.state(operation), equal_to(state), f"the breaker of {operation} on the health page")


@then("within {limit:Duration} the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_soon_says(context: Context, limit: timedelta, state: str, operation: str) -> None:
    eventually(lambda: page_says(context, state, operation), within=limit)


@then("the health page of every assistant says that the AI service {state:BreakerState} for {operation:Operation}")
def every_page_says(context: Context, state: str, operation: str) -> None:
    pages = [one.on_call.health_page() for one in context.stage.the(Fleet).instances]
    assert_that(
        [page.state(operation) for page in pages],
        only_contains(state),
        f"the breakers of {operation} on the health pages",
    )


@then(
    "within {limit:Duration} the health page of every assistant says that the AI service {state:BreakerState} "
    "for {operation:Operation}"
)
def every_page_soon_says(context: Context, limit: timedelta, state: str, operation: str) -> None:
    eventually(lambda: every_page_says(context, state, operation), within=limit)


@then("for {span:Duration} the health page says that the AI service {state:BreakerState} for {operation:Operation}")
def page_keeps_saying(context: Context, span: timedelta, state: str, operation: str) -> None:
    throughout(lambda: page_says(context, state, operation), span=span)


@given("the AI service is tested again for {operation:Operation}")
@when("the AI service is tested again for {operation:Operation}")
def is_tested_again(context: Context, operation: str) -> None:
    patiently(lambda: page_says(context, "half_open", operation), within=SOON)


@given("the AI service is tested again for {operation:Operation}, and {fault:Fault}")
def is_tested_again_with(context: Context, operation: str, fault: Fault) -> None:
    context.stage.the(FaultDesk).inject(AI_SERVICE, fault)
    is_tested_again(context, operation)


@given("the AI service has failed until the assistant gave up on it for {operation:Operation}")
def has_given_up(context: Context, operation: str) -> None:
    """The AI service works again."""
    context.stage.the(FaultDesk).inject(AI_SERVICE, ErrorAnswers(503))
    page = context.stage.the(OnCallEngineer)
    for _ in range(ENOUGH):
        context.stage.put(context.stage.the(Person).ask(operation))
        if page.health_page().state(operation) in GIVEN_UP:
            break
    else:
        raise AssertionError(
            f"the assistant has not given up on the AI service after {ENOUGH} requests for {operation}"
        )
    context.stage.the(FaultDesk).recover(AI_SERVICE)


@given("every assistant knows that the AI service {state:BreakerState} for {operation:Operation}")
def all_know(context: Context, state: str, operation: str) -> None:
    patiently(lambda: every_page_says(context, state, operation), within=SOON)


@then(
    "the health pages of both assistants show {failures:Count} failures for {operation:Operation}, "
    "and that the AI service {state:BreakerState}"
)
def pages_show(context: Context, failures: int, operation: str, state: str) -> None:
    for instance in context.stage.the(Fleet).instances:
        breaker = instance.on_call.health_page().breakers.get(operation, {})
        found = breaker.get("failures"), breaker.get("state")
        assert_that(found, equal_to((failures, state)), f"the failures and the breaker at the {instance.part.name}")
