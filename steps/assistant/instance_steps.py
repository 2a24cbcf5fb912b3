"""Several assistants that share a store, and people whose requests are in progress."""

from datetime import timedelta

from hamcrest import equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import patiently, throughout
from support.environments.parts import Parts
from support.systems.assistant.actors.assistant_api import AssistantApi, Started
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.operator import Operator
from support.systems.assistant.actors.pending import PendingRequests
from support.systems.assistant.actors.person import Crowd, Person
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.targets import SECOND_ASSISTANT

ARRIVAL = timedelta(seconds=5)


@given("a second assistant runs")
def second_assistant(context: Context) -> None:
    context.stage.the(Fleet).add()


@given("one assistant run")
def one_assistant(context: Context) -> None:
    assert len(context.stage.the(Fleet).instances) == 1, "a scenario begins with one assistant"


@given("two assistants run")
def two_assistants(context: Context) -> None:
    second_assistant(context)


@given("a person has asked for {operation:Operation}, and waits for the answer")
def person_waits(context: Context, operation: str) -> None:
    _ask(context, 1, operation, instance=0)


@when("{count:Count} people, one after the other, ask the second assistant for {operation:Operation}")
def people_ask_second_assistant(context: Context, count: int, operation: str) -> None:
    person = Person(context.stage.the(Fleet).instances[1].api)
    context.stage.put(Crowd(tuple(person.ask(operation) for _ in range(count))))


@given("{count:Count} people have asked for {operation:Operation}, and wait for their answers")
def people_wait(context: Context, count: int, operation: str) -> None:
    _ask(context, count, operation, instance=0)


@when("{count:Count} people wait for {operation:Operation} from the second assistant, and it is killed")
def second_assistant_dies(context: Context, count: int, operation: str) -> None:
    _ask(context, count, operation, instance=1)
    context.stage.the(Parts)[SECOND_ASSISTANT].kill()
    context.stage.the(PendingRequests).answers()


@given("those who waited have been answered")
@when("those who waited are answered")
def are_answered(context: Context) -> None:
    context.stage.put(context.stage.the(PendingRequests).answers())


def _ask(context: Context, count: int, operation: str, instance: int) -> None:
    """Return as soon as all of these requests are with the AI service."""
    record, pending = context.stage.the(AiServiceRecord), context.stage.the(PendingRequests)
    before = record.by_request().keys()
    for _ in range(count):
        pending.ask(context.stage.the(Fleet).instances[instance], operation)

    def check() -> None:
        arrived = len(record.by_request().keys() - before)
        assert arrived >= count, f"{arrived} of {count} requests are with the AI service"

    patiently(check, within=ARRIVAL)


@when("the assistant is told to read its settings again")
def told_to_read_settings(context: Context) -> None:
    context.stage.the(Operator).ask_to_reload()


@given("the assistant says since when it runs")
def says_since_when(context: Context) -> None:
    context.stage.put(context.stage.the(AssistantApi).started())


@then("the assistant still runs since then")
def still_runs(context: Context) -> None:
    since = context.stage.the(AssistantApi).started()
    assert_that(since, equal_to(context.stage.the(Started)), "since when the assistant runs")


@then("for {span:Duration} the assistant still runs since then")
def keeps_running(context: Context, span: timedelta) -> None:
    throughout(lambda: still_runs(context), span=span)
