"""The instruction that the AI service gets with each request."""

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.systems.assistant.observers.ai_service_record import AiServiceRecord


@then('the AI service was instructed "{prompt:Text}" for {operation:Operation}')
def instructed(context: Context, prompt: str, operation: str) -> None:
    """By every request for it."""
    found = context.stage.the(AiServiceRecord).instructions(operation)
    assert_that(found, equal_to({prompt}), f"the instructions for {operation}")
