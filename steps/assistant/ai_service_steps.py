"""The AI service and the requests that it received, counted there and never inside the assistant."""

from datetime import timedelta

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.core.eventually import throughout
from support.systems.assistant.matchers import arrived
from support.systems.assistant.observers.ai_service_record import AiServiceRecord


@then("the AI service received exactly {count:Count} request")
@then("the AI service received exactly {count:Count} requests")
def received(context: Context, count: int) -> None:
    assert_that(context.stage.the(AiServiceRecord).requests(), arrived(count), "the requests at the AI service")


@then("the AI service received exactly {count:Count} requests for {operation:Operation}")
def received_for(context: Context, count: int, operation: str) -> None:
    assert_that(context.stage.the(AiServiceRecord).of(operation), arrived(count), f"the requests for {operation}")


@then("the AI service received exactly {count:Count} request, and no other for {span:Duration}")
@then("the AI service received exactly {count:Count} requests, and no other for {span:Duration}")
def received_and_no_other(context: Context, count: int, span: timedelta) -> None:
    throughout(lambda: received(context, count), span=span)
