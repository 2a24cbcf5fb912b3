"""What monitoring says of the assistant."""

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.systems.assistant.actors.on_call import OnCallEngineer


@then("monitoring counts {count:Count} requests for {operation:Operation} that ended as {source:Source}")
def counted_requests(context: Context, count: int, operation: str, source: str) -> None:
    labels = {"operation": operation, "outcome": source}
    counted = context.stage.the(OnCallEngineer).metric("assistant_requests_total", **labels)
    assert_that(counted, equal_to(count), f"the requests for {operation} that monitoring counts as {source}")
