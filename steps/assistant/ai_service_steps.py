"""The AI service and the requests that it received, counted there and never inside the assistant."""

from datetime import timedelta

from hamcrest import equal_to, greater_than_or_equal_to, less_than_or_equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.bounds import assert_at_least, assert_at_most
from support.core.checks import assert_that
from support.core.described import every
from support.core.eventually import patiently, throughout
from support.standins.matchers import came_no_sooner_than_asked
from support.systems.assistant.actors.person import Crowd
from support.systems.assistant.matchers import (
    SCHEDULING_DELAY,
    arrived,
    assert_backed_off,
    one_request_sent_again,
    was_abandoned,
)
from support.systems.assistant.observers.ai_service_record import AiServiceRecord, at_the_same_time, gaps

RECEIVED = "the requests at the AI service"


@then("the AI service received exactly {count:Count} request")
@then("the AI service received exactly {count:Count} requests")
def received(context: Context, count: int) -> None:
    assert_that(context.stage.the(AiServiceRecord).requests(), arrived(count), RECEIVED)


@then("the AI service received exactly {count:Count} request for {operation:Operation}")
@then("the AI service received exactly {count:Count} requests for {operation:Operation}")
def received_for(context: Context, count: int, operation: str) -> None:
    assert_that(context.stage.the(AiServiceRecord).of(operation), arrived(count), f"the requests for {operation}")


@then("at most {count:Count} requests for {operation:Operation} were with the AI service at the same time")
def at_most_at_once(context: Context, count: int, operation: str) -> None:
    highest = at_the_same_time(context.stage.the(AiServiceRecord).of(operation))
    assert_that(highest, less_than_or_equal_to(count), f"the requests for {operation} at the same time")


@then("the AI service received exactly {count:Count} request, and no other for {span:Duration}")
@then("the AI service received exactly {count:Count} requests, and no other for {span:Duration}")
def received_and_no_other(context: Context, count: int, span: timedelta) -> None:
    throughout(lambda: received(context, count), span=span)


@then(
    "the AI service was asked again after {first:Duration}, then twice as long, {cap:Duration} at most, "
    "and up to {jitter:Duration} more"
)
def backed_off(context: Context, first: timedelta, cap: timedelta, jitter: timedelta) -> None:
    assert_backed_off(gaps(context.stage.the(AiServiceRecord).requests()), first, cap, jitter)


@then("the AI service was asked again after waits that differed by at least {span:Duration}")
def waits_differed(context: Context, span: timedelta) -> None:
    waits = [wait for attempts in context.stage.the(AiServiceRecord).by_request().values() for wait in gaps(attempts)]
    assert_that(len(waits), greater_than_or_equal_to(2), "the waits between attempts")
    assert_at_least(
        timedelta(seconds=max(waits) - min(waits)), span, "the difference of the longest and the shortest wait"
    )


@then("the AI service was asked again at once, without that wait of {span:Duration}")
def asked_again_at_once(context: Context, span: timedelta) -> None:
    waits = gaps(context.stage.the(AiServiceRecord).requests())
    assert_that(len(waits), equal_to(1), "the waits between attempts")
    assert_at_most(timedelta(seconds=max(waits)), span / 2, "the wait before the second attempt")


@then("the AI service received no request before the time that it had named")
def none_before_named_time(context: Context) -> None:
    assert_that(context.stage.the(AiServiceRecord).requests(), came_no_sooner_than_asked(), RECEIVED)


@then("the AI service received each request, however often, in the same words, its attempts numbered")
def same_words(context: Context) -> None:
    assert_that(
        list(context.stage.the(AiServiceRecord).by_request().values()), every(one_request_sent_again()), RECEIVED
    )


@then("the AI service can stop working on each request {limit:Duration} after it came")
def can_stop_working(context: Context, limit: timedelta) -> None:
    def left() -> list[float]:
        requests = context.stage.the(AiServiceRecord).requests()
        assert_that(requests, every(was_abandoned()), RECEIVED)
        return [one.left_at - one.at for one in requests if one.left_at]

    longest = max(patiently(left, within=2 * limit))
    assert_at_most(
        timedelta(seconds=longest), limit + SCHEDULING_DELAY, "the longest time until a connection was closed"
    )


@then(
    "after the first {count:Count} requests to it, the AI service received each {least:Duration} to {most:Duration} "
    "after the one before"
)
def each_after(context: Context, count: int, least: timedelta, most: timedelta) -> None:
    waits = gaps(context.stage.the(AiServiceRecord).requests())[count - 1 :]
    assert_that(len(waits), greater_than_or_equal_to(2), "the waits between tests of the AI service")
    assert_at_least(timedelta(seconds=min(waits)), least, "the shortest time between two tests of the AI service")
    assert_at_most(timedelta(seconds=max(waits)), most, "the longest time between two tests of the AI service")


@then("{count:Count} of the answers are {source:Source}, and the AI service received exactly {requests:Count} requests")
def so_many_answers(context: Context, count: int, source: str, requests: int) -> None:
    found = [reply.source for reply in context.stage.the(Crowd).replies]
    assert_that(found.count(source), equal_to(count), f"the answers that are {source}, of {len(found)}")
    received(context, requests)
