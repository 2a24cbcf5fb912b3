"""From a valid configuration to the effective one, with every default filled in."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from types import MappingProxyType

from support.systems.assistant.app.configuration_document import DefaultPart, Document, OperationPart
from support.systems.assistant.app.model import (
    Effective,
    OperationSettings,
)
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import ALERTS, PER_MINUTE, PRESETS, PROMPTS, Preset
from support.systems.assistant.app.strategies import STRATEGIES, Strategy


def resolve(document: Document, preset: str, limits: OperatorLimits, version: int) -> Effective:
    """*preset* is for a document without one. Values of a strategy beyond the operator's limits become the nearest within them."""
    name = document.get("preset", preset)
    default, own = document.get("default", {}), document.get("operations", {})
    operations = {
        operation: _operation(operation, own.get(operation, {}), default, PRESETS[name], limits)
        for operation in dict.fromkeys((*PROMPTS, *own))
    }
    per_minute = document.get("rate_limit", {}).get("per_minute", limits.per_minute.nearest_whole(PER_MINUTE))
    alerts = replace(ALERTS, **document.get("alerts", {}))
    return Effective(version, name, MappingProxyType(operations), per_minute, alerts)


def resolve_part(name: str, part: DefaultPart, limits: OperatorLimits) -> Strategy:
    """The strategy *name*, overridden by what *part* sets."""
    base = within(STRATEGIES[name], limits)
    retry = replace(base.retry, **part.get("retry", {}))
    breaker_part = part.get("breaker", {})
    breaker = replace(replace(base.breaker, slow_call_s=retry.attempt_timeout_s), **breaker_part)
    minimum_calls = max(breaker_part.get("minimum_calls", 1), breaker.failures)
    bulkhead = replace(base.bulkhead, **part.get("bulkhead", {}))
    return Strategy(retry, replace(breaker, minimum_calls=minimum_calls), bulkhead)


def within(strategy: Strategy, limits: OperatorLimits) -> Strategy:
    """*strategy* within the operator's limits."""
    failures = limits.failures.nearest_whole(strategy.breaker.failures)
    open_s = limits.open_s.nearest(strategy.breaker.open_s)
    return replace(
        strategy,
        retry=replace(strategy.retry, attempts=limits.attempts.nearest_whole(strategy.retry.attempts)),
        breaker=replace(strategy.breaker, failures=failures, open_s=open_s, minimum_calls=failures),
    )


def strategy_and_part(
    operation: str, own: OperationPart, default: DefaultPart, preset: Preset
) -> tuple[str, DefaultPart]:
    """The strategy of *operation*, and what overrides its values.

    An operation that chooses a strategy takes all else from that; any other takes the fields of *default* first.
    """
    if "strategy" in own:
        return own["strategy"], own
    chosen = preset.operations.get(operation) or default.get("strategy") or preset.strategy
    return chosen, {
        "retry": {**default.get("retry", {}), **own.get("retry", {})},
        "breaker": {**default.get("breaker", {}), **own.get("breaker", {})},
        "bulkhead": {**default.get("bulkhead", {}), **own.get("bulkhead", {})},
    }


def _operation(
    operation: str, own: OperationPart, default: DefaultPart, preset: Preset, limits: OperatorLimits
) -> OperationSettings:
    strategy, part = strategy_and_part(operation, own, default, preset)
    values = resolve_part(strategy, part, limits)
    prompt = own.get("prompt") or PROMPTS.get(operation, "")
    return OperationSettings(operation, strategy, prompt, values.retry, values.breaker, values.bulkhead)


def told(effective: Effective) -> Mapping[str, object]:
    """The operations as the administration shows them."""
    return {
        name: {key: value for key, value in asdict(settings).items() if key != "name"}
        for name, settings in effective.operations.items()
    }
