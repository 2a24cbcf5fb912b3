"""What the store holds, looked at and damaged past the assistant."""

from support.behave_runtime.gherkin import Context, when
from support.systems.assistant.observers.store import StoredData


@when("the store loses all data")
def store_loses_data(context: Context) -> None:
    context.stage.the(StoredData).clear()
