"""Settings that hold for every operation, as an operator writes them into the configuration file."""

from datetime import timedelta

from support.behave_runtime.gherkin import Context, given
from support.systems.assistant.actors.operator import Operator


@given("each request is tried once")
def tried_once(context: Context) -> None:
    tried(context, 1)


@given("each request is tried {count:Count} times")
def tried(context: Context, count: int) -> None:
    context.stage.the(Operator).change(retry={"attempts": count})


@given("the assistant gives up on a service for {span:Duration}")
def gives_up_for(context: Context, span: timedelta) -> None:
    context.stage.the(Operator).change(breaker={"open_s": span.total_seconds()})


@given("the assistant gives up on a service after {failures:Count} failures, for {span:Duration}")
def gives_up_after(context: Context, failures: int, span: timedelta) -> None:
    breaker = {"failures": failures, "minimum_calls": failures, "open_s": span.total_seconds()}
    context.stage.the(Operator).change(breaker=breaker)


@given("the assistant judges a service by {calls:Count} calls at least")
def judges_by(context: Context, calls: int) -> None:
    context.stage.the(Operator).change(breaker={"minimum_calls": calls})


@given("a service that failed is tested with {count:Count} request")
@given("a service that failed is tested with {count:Count} requests")
def tested_with(context: Context, count: int) -> None:
    context.stage.the(Operator).change(breaker={"probes": count})


@given("an answer may take {limit:Duration}, and is slow after {slow:Duration}")
def answer_may_take(context: Context, limit: timedelta, slow: timedelta) -> None:
    seconds = limit.total_seconds()
    context.stage.the(Operator).change(
        retry={"attempt_timeout_s": seconds, "deadline_s": seconds + 1}, breaker={"slow_call_s": slow.total_seconds()}
    )


@given("the assistant waits {span:Duration} before it tries again")
def waits_before_retry(context: Context, span: timedelta) -> None:
    seconds = span.total_seconds()
    context.stage.the(Operator).change(
        retry={"backoff_first_s": seconds, "backoff_cap_s": seconds, "jitter_s": 0, "deadline_s": 10}
    )


@given("the assistant waits up to {span:Duration} longer, by chance, before it tries again")
def waits_longer_by_chance(context: Context, span: timedelta) -> None:
    context.stage.the(Operator).change(retry={"jitter_s": span.total_seconds(), "deadline_s": 10})


@given(
    "{count:Count} requests of a kind may be with the AI service at once, and others wait {span:Duration} for a place"
)
def places(context: Context, count: int, span: timedelta) -> None:
    context.stage.the(Operator).change(bulkhead={"concurrent": count, "wait_s": span.total_seconds()})


@given("each key allows {count:Count} requests a minute")
def allowed_per_minute(context: Context, count: int) -> None:
    context.stage.the(Operator).limit(count)


@given("a request may take {limit:Duration} in all")
def request_may_take(context: Context, limit: timedelta) -> None:
    context.stage.the(Operator).change(retry={"deadline_s": limit.total_seconds()})
