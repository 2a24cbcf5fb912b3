"""What monitoring says of the assistant."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from hamcrest import all_of, empty, equal_to, greater_than_or_equal_to, is_in, less_than_or_equal_to

from support.behave_runtime.gherkin import Context, then
from support.core.checks import assert_that
from support.core.eventually import eventually
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.fleet import Fleet
from support.systems.assistant.actors.on_call import OnCallEngineer
from support.systems.assistant.actors.person import replies_in
from support.systems.assistant.observers import counts
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.operations import Operation

COUNTED = timedelta(seconds=1)  # after the last answer
LEVELS = {"closed": 0, "half_open": 1, "open": 2}


@then("monitoring counts {count:Count} requests for {operation:Operation} that ended as {source:Source}")
def counted_requests(context: Context, count: int, operation: str, source: str) -> None:
    labels = {"operation": operation, "outcome": source}

    def check() -> None:
        counted = context.stage.the(OnCallEngineer).metric("assistant_requests_total", **labels)
        assert_that(counted, equal_to(count), f"the requests for {operation} that monitoring counts as {source}")

    eventually(check, within=COUNTED)


@then("monitoring counts {count:Count} attempts for {operation:Operation} that ended as {kind:Name}")
def counted_attempts(context: Context, count: int, operation: str, kind: str) -> None:
    def check() -> None:
        counted = _page(context).counts(counts.ATTEMPTS, "operation", "outcome")[f"{operation} {kind}"]
        assert_that(counted, equal_to(count), f"the attempts for {operation} that monitoring counts as {kind}")

    eventually(check, within=COUNTED)


@then("monitoring counts exactly what people were answered")
def counts_answers(context: Context) -> None:
    """All assistants together, and everything that was asked in this scenario."""
    replies = replies_in(context.stage.history)
    seen = (
        (counts.REQUESTS, ("operation", "outcome"), counts.outcomes(replies)),
        (counts.TIMED_REQUESTS, ("operation",), counts.operations(replies)),
        (counts.ATTEMPTS, ("operation", "outcome"), counts.ended_attempts(replies)),
        (counts.NOT_PERMITTED, ("operation",), counts.refused_calls(replies)),
    )
    eventually(lambda: _counts_exactly(context, seen), within=COUNTED)


@then("monitoring counts exactly the attempts that the AI service received, apart from requests and with their retries")
def counts_attempts(context: Context) -> None:
    received = context.stage.the(AiServiceRecord).requests()
    seen = (
        (counts.ATTEMPTS, ("operation",), counts.arrivals(received)),
        (counts.TIMED_ATTEMPTS, ("operation",), counts.arrivals(received)),
        (counts.RETRIES, ("operation",), counts.arrivals(received, again=True)),
    )
    eventually(lambda: _counts_exactly(context, seen), within=COUNTED)


@then("monitoring gives times no shorter than the AI service took, and no longer than people waited")
def gives_times(context: Context) -> None:
    page, received = _page(context), context.stage.the(AiServiceRecord).requests()
    least = sum((one.finished_at or one.at) - one.at for one in received)
    most = sum(reply.waited.total_seconds() for reply in replies_in(context.stage.history))
    for name in ("attempt_seconds_sum", "request_seconds_sum"):
        within = all_of(greater_than_or_equal_to(least), less_than_or_equal_to(most))
        assert_that(page.seconds(name), within, f"the seconds that monitoring gives as {name}")


@then("monitoring has every metric of every operation, at 0")
def has_all(context: Context) -> None:
    page, effective = _page(context), context.stage.the(Administrator).configuration().body["effective"]
    for operation in effective:
        assert_that(counts.OF_AN_OPERATION - page.series(operation=operation), empty(), f"what {operation} lacks")
        assert_that(page.counted(operation=operation), empty(), f"what is counted of {operation}")


@then(
    "monitoring shows that the AI service {state:BreakerState} for {operation:Operation}, "
    "and {others:BreakerState} for everything else"
)
def shows_breakers(context: Context, state: str, operation: str, others: str) -> None:
    shown = _page(context).counts("breaker_state", "operation")
    expected = {one.api: LEVELS[state if one.api == operation else others] for one in Operation}
    assert_that(counts.differences(shown, expected), empty(), "the states of the breakers (0 closed, 2 open)")


@then(
    "monitoring counts for {operation:Operation} that the assistants gave up once, and used the AI service again once"
)
def counts_return(context: Context, operation: str) -> None:
    _counts_decisions(context, operation, opened=1, closed=1)


@then(
    "monitoring counts for {operation:Operation} that the assistants gave up once, and never used the AI service again"
)
def counts_giving_up(context: Context, operation: str) -> None:
    _counts_decisions(context, operation, opened=1, closed=0)


@then(
    "monitoring counts for {operation:Operation} that the assistant gave up once, and again with each request after the first "
    "{count:Count}"
)
def counts_failed_tests(context: Context, operation: str, count: int) -> None:
    received = context.stage.the(AiServiceRecord).of(operation)
    expected = {"closed open": 1, "half_open open": len(received) - count, "half_open closed": 0}

    def check() -> None:
        changes = _changes(context, operation)
        assert_that({name: changes[name] for name in expected}, equal_to(expected), f"the changes for {operation}")
        tests = changes["open half_open"] - expected["half_open open"]
        assert_that(tests, is_in([0, 1]), "the tests that have begun and not failed")

    eventually(check, within=COUNTED)


def _counts_decisions(context: Context, operation: str, opened: int, closed: int) -> None:
    expected = {"closed open": opened, "half_open closed": closed}

    def check() -> None:
        changes = _changes(context, operation)
        assert_that({name: changes[name] for name in expected}, equal_to(expected), f"the changes for {operation}")

    eventually(check, within=COUNTED)


def _changes(context: Context, operation: str) -> counts.Counts:
    """The changes of a breaker's state, as "closed open"."""
    found = _page(context).counts("breaker_transitions_total", "operation", "from_state", "to_state")
    return counts.Counts(
        {name.removeprefix(f"{operation} "): count for name, count in found.items() if name.startswith(f"{operation} ")}
    )


def _counts_exactly(context: Context, seen: Iterable[tuple[str, Sequence[str], counts.Counts]]) -> None:
    """Each metric, by its labels, as it was seen from outside."""
    page = _page(context)
    for name, labels, true in seen:
        assert_that(counts.differences(page.counts(name, *labels), true), empty(), f"what monitoring counts as {name}")


def _page(context: Context) -> counts.Page:
    """Of all assistants together."""
    return counts.Page(one.api.metrics() for one in context.stage.the(Fleet).instances)
