"""The history of the assistant: what it recorded of the past, against what people and the AI service saw."""

import time
from datetime import timedelta

from hamcrest import empty, equal_to, greater_than_or_equal_to, less_than_or_equal_to

from steps.assistant.people_steps import people_ask_for_all_kinds
from support.behave_runtime.gherkin import Context, given, then, when
from support.core.checks import assert_that
from support.core.eventually import eventually, patiently, throughout
from support.systems.assistant.actors.administrator import Administrator
from support.systems.assistant.actors.operator import Operator
from support.systems.assistant.actors.person import replies_in
from support.systems.assistant.observers import counts
from support.systems.assistant.observers.ai_service_record import AiServiceRecord
from support.systems.assistant.observers.history import History, HistoryQuery

SOON = timedelta(seconds=2)


@given("the history is recorded every {span:Duration}")
def recorded_every(context: Context, span: timedelta) -> None:
    """Until the assistant is started anew."""
    context.stage.the(Operator).restart({"ASSISTANT_HISTORY_EVERY_S": str(span.total_seconds())})


@given("{count:Count} people have asked for all kinds of things, which the history has recorded")
def have_asked_and_recorded(context: Context, count: int) -> None:
    people_ask_for_all_kinds(context, count)
    patiently(lambda: _add_up(context), within=SOON)


@when("{_name:Admin} looks at the history in steps of {seconds:Count} seconds")
def looks_in_steps(context: Context, _name: str, seconds: int) -> None:
    context.stage.put(HistoryQuery(step_s=seconds))


@when("{_name:Admin} looks at the history of {operation:Operation} until now")
def looks_until_now(context: Context, _name: str, operation: str) -> None:
    context.stage.put(HistoryQuery(operation=operation, until=time.time()))


@when("{_name:Admin} looks at the history since now")
def looks_since_now(context: Context, _name: str) -> None:
    context.stage.put(HistoryQuery(since=time.time()))


@then("within {limit:Duration} the history adds up to what people were answered and the AI service received")
def adds_up(context: Context, limit: timedelta) -> None:
    eventually(lambda: _add_up(context), within=limit)


@then("its times are no shorter than {least:Duration}, and no longer than people waited")
def times_are_true(context: Context, least: timedelta) -> None:
    longest = max(reply.waited for reply in replies_in(context.stage.history))
    answered = [row for row in _history(context).rows if row["requests"]]  # in others, calls have ended, and no request
    for row in answered:
        times = sorted([row["p50_s"], row["p95_s"]])
        assert_that(times, equal_to([row["p50_s"], row["p95_s"]]), "the median and the 95th percentile, in order")
        assert_that(times[0], greater_than_or_equal_to(least.total_seconds()), f"the median of {row['operation']}")
        assert_that(
            times[1], less_than_or_equal_to(longest.total_seconds()), f"the 95th percentile of {row['operation']}"
        )


@then("it has one row for each operation and step")
def one_row_each(context: Context) -> None:
    history, query = _history(context), _query(context)
    steps = [(row["operation"], row["at"] // query.step_s) for row in history.rows]
    assert_that(sorted(steps), equal_to(sorted(set(steps))), "the operations and steps of the rows")
    assert_that([row["at"] for row in history.rows if row["at"] % query.step_s], empty(), "rows within a step")


@then("for {span:Duration} that history shows {count:Count} requests, all of them for {operation:Operation}")
def keeps_showing(context: Context, span: timedelta, count: int, operation: str) -> None:
    throughout(lambda: _shows(context, count, operation), span=span)


@then("within {limit:Duration} that history shows {count:Count} requests, all of them for {operation:Operation}")
def soon_shows(context: Context, limit: timedelta, count: int, operation: str) -> None:
    eventually(lambda: _shows(context, count, operation), within=limit)


def _shows(context: Context, count: int, operation: str) -> None:
    found = _history(context).total("requests")
    assert_that(counts.differences(found, {operation: count}), empty(), "the requests in the history")


def _add_up(context: Context) -> None:
    """Everything that was asked in this scenario."""
    history, replies = _history(context), replies_in(context.stage.history)
    received = context.stage.the(AiServiceRecord).requests()
    for what, recorded, seen in (
        ("the outcomes", history.outcomes(), counts.outcomes(replies)),
        ("the requests", history.total("requests"), counts.operations(replies)),
        ("the attempts", history.total("attempts"), counts.arrivals(received)),
        ("the retries", history.total("retries"), counts.arrivals(received, again=True)),
    ):
        assert_that(counts.differences(recorded, seen), empty(), f"{what} in the history")


def _history(context: Context) -> History:
    answer = context.stage.the(Administrator).history(**_query(context).parameters())
    return History.of(answer)


def _query(context: Context) -> HistoryQuery:
    """That of the last step that looked at a part of the history; else all of it."""
    queries = [one for one in context.stage.history if isinstance(one, HistoryQuery)]
    return queries[-1] if queries else HistoryQuery()
