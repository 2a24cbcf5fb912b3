"""Random faults, and what must hold during and after them."""

import time
from collections.abc import Sequence
from datetime import timedelta

from hamcrest import empty, equal_to

from support.behave_runtime.gherkin import Context, given, then, when
from support.core.addresses import url
from support.core.bounds import assert_at_most
from support.core.checks import assert_that
from support.core.errors import InconclusiveError
from support.faults.chaos.schedule import ExclusiveGroup
from support.faults.desk import FaultDesk
from support.measure.recovery_clock import wait_for_recovery
from support.reporting.evidence import attach_text
from support.systems.assistant.actors.continuous_requests import ContinuousRequests
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.chaos_menu import AI_SERVICE_ALONE, EVERYTHING
from support.systems.assistant.chaos_runner import ChaosRun, ChaosRunner
from support.systems.assistant.matchers import comes_from
from support.systems.assistant.observers import counts, request_ledger
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.observers.openings import HealthWatch, forbidden
from support.systems.assistant.operations import ALL as OPERATIONS
from support.systems.assistant.targets import ASSISTANT, SECOND_ASSISTANT, STORE

PLACES = {ASSISTANT: 0, SECOND_ASSISTANT: 1}
AGREED_S = 2.0  # so long after the store is back, the assistants may still know different states


@given("{count:Count} people keep asking for all kinds of things, and try the other assistant when one does not answer")
def keep_asking_both(context: Context, count: int) -> None:
    urls = [url("http", instance.part.address) for instance in context.stage.the(Fleet).instances]
    context.stage.the(ContinuousRequests).begin(count, urls)


@when("the AI service fails at random for {span:Duration}")
def ai_service_fails(context: Context, span: timedelta) -> None:
    _fail(context, AI_SERVICE_ALONE, span)


@when("the AI service, the store and the assistants fail at random for {span:Duration}")
def everything_fails(context: Context, span: timedelta) -> None:
    _fail(context, EVERYTHING, span)


@then("within {limit:Duration} every assistant is healthy, and gives live answers of every kind")
def healed(context: Context, limit: timedelta) -> None:
    people, instances = context.stage.the(ContinuousRequests), context.stage.the(Fleet).instances

    def check() -> None:
        for place, instance in enumerate(instances):
            for operation in OPERATIONS:
                assert_that(people.ask(place, operation), comes_from("live"), f"an answer of the {instance.part.name}")
            page = instance.on_call.health_page()
            assert_that(page.status, equal_to("healthy"), f"the health page of the {instance.part.name}")

    context.stage.put(wait_for_recovery("every assistant is healthy", context.stage.the(ChaosRun).relief, check, limit))


@then(
    "at least {count:Count} requests were answered, each within {limit:Duration}, "
    "with the answer to what was asked or a fallback answer that says so"
)
def all_answered(context: Context, count: int, limit: timedelta) -> None:
    requests = context.stage.the(ContinuousRequests).end()
    attach_text("What people were answered", str(dict(counts.outcomes(one.reply for one in requests))))
    if len(requests) < count:
        raise InconclusiveError(f"only {len(requests)} requests were made")
    assert_that(request_ledger.dishonest(requests)[:3], empty(), "answers that are neither")
    longest = max(one.waited_s for one in requests)
    assert_at_most(timedelta(seconds=longest), limit, "the longest wait of a person")


@then("no request reached the AI service while an assistant said that it is not used")
def left_alone(context: Context) -> None:
    """While the store fails, and shortly afterwards, assistants may know different states of a breaker."""
    ahead = time.time() - time.monotonic()
    excused = [
        (one.began + ahead, (one.ended or time.monotonic()) + ahead + AGREED_S)
        for one in context.stage.the(FaultDesk).injected
        if one.target in {STORE, ASSISTANT, SECOND_ASSISTANT}
    ]
    openings, received = context.stage.the(HealthWatch).openings, context.stage.the(AiServiceRecord).requests()
    assert_that(forbidden(openings, received, excused)[:3], empty(), "requests that should not have been made")


@then("monitoring of every assistant that was never stopped adds up to what people were answered")
def adds_up(context: Context) -> None:
    stopped = {PLACES[one.target] for one in context.stage.the(FaultDesk).injected if one.target in PLACES}
    requests = context.stage.the(ContinuousRequests).requests
    for place, instance in enumerate(context.stage.the(Fleet).instances):
        if place not in stopped:
            found = counts.Page([instance.api.metrics()]).counts(counts.REQUESTS, "operation", "outcome")
            wrong = request_ledger.miscounted(found, requests, place)
            assert_that(wrong, empty(), f"what monitoring of the {instance.part.name} counts")


def _fail(context: Context, groups: Sequence[ExclusiveGroup], span: timedelta) -> None:
    watch = context.stage.put(HealthWatch([one.on_call for one in context.stage.the(Fleet).instances]))
    with watch:
        run = context.stage.put(context.stage.the(ChaosRunner).run_random(groups, span))
    attach_text("The planned faults", str(run))
