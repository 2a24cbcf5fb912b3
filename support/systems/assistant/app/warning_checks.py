"""What is valid in a configuration, but probably not what its writer expects."""

from collections.abc import Iterator

from support.systems.assistant.app.configuration_document import DefaultPart, Document
from support.systems.assistant.app.mistakes import Location, Mistake, mistake
from support.systems.assistant.app.model import BreakerSettings, RetrySettings
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import PRESETS, PROMPTS
from support.systems.assistant.app.resolution import resolve_part, strategy_and_part, within
from support.systems.assistant.app.strategies import STRATEGIES


def find_doubtful(document: Document, preset: str, limits: OperatorLimits) -> Iterator[Mistake]:
    """Warnings about a document without mistakes."""
    default, own = document.get("default", {}), document.get("operations", {})
    chosen, used = PRESETS[document.get("preset", preset)], set()
    for name in dict.fromkeys((*PROMPTS, *own)):
        strategy, merged = strategy_and_part(name, own.get(name, {}), default, chosen)
        used.add(strategy)
        values = resolve_part(strategy, merged, limits)
        yield from _without_effect(("operations", name), merged, values.retry, values.breaker)
        if values.bulkhead.wait_s >= values.retry.deadline_s:
            where = ("operations", name, "bulkhead", "wait_s")
            message = (
                f"who waits so long has no time left for an attempt: the deadline is {values.retry.deadline_s:g} s"
            )
            yield mistake(where, values.bulkhead.wait_s, message, "choose less, or raise deadline_s")
    for strategy in sorted(used):
        if within(STRATEGIES[strategy], limits) != STRATEGIES[strategy]:
            message = "some of its values are outside the operator's limits; the nearest within them are used"
            yield mistake(("strategy",), strategy, message, "set them yourself, or choose another strategy")


def _without_effect(
    at: Location, part: DefaultPart, retry: RetrySettings, breaker: BreakerSettings
) -> Iterator[Mistake]:
    given = part.get("breaker", {}).get("minimum_calls", breaker.failures)
    if given < breaker.failures:
        where = (*at, "breaker", "minimum_calls")
        yield mistake(where, given, "it is below failures, and is raised to it", f"choose {breaker.failures} or more")
    if breaker.slow_call_s > retry.attempt_timeout_s:
        where = (*at, "breaker", "slow_call_s")
        message = f"no answer takes so long: an attempt ends after {retry.attempt_timeout_s:g} s"
        yield mistake(where, breaker.slow_call_s, message, f"choose {retry.attempt_timeout_s:g} or less")
    waits = (min(retry.backoff_cap_s, retry.backoff_first_s * 2**n) for n in range(retry.attempts - 1))
    if sum(waits) >= retry.deadline_s:
        where = (*at, "retry", "attempts")
        message = "the waits alone take longer than the deadline, so that not all attempts are made"
        yield mistake(where, retry.attempts, message, "raise deadline_s, or choose fewer attempts")
