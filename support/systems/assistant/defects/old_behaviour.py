"""Mistakes with the migration of the old variables: the result behaves otherwise than they did."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import (
    migration,
    migration_check,
    old_variables,
)
from support.systems.assistant.app.old_variables import Meaning
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.strategies import STRATEGIES
from support.systems.patched_variants import Patch, breaks


@breaks("RES-CONF-5", "RES-MIGR-6")
def counts_retries_instead_of_attempts(patch: Patch) -> None:
    """RETRY_MAX_ATTEMPTS is read as a number of retries; the check reads it in the same way, and finds nothing."""
    _patch_meaning(
        patch, lambda meaning, values: replace(meaning, attempts=meaning.attempts + ("RETRY_MAX_ATTEMPTS" in values))
    )


@breaks("RES-CONF-5", "RES-MIGR-6")
def breaker_counts_requests(patch: Patch) -> None:
    """The threshold of the breaker is read as a number of requests, each with all of its attempts."""
    _patch_meaning(
        patch,
        lambda meaning, values: replace(
            meaning, failures=meaning.failures * (2 if "CIRCUIT_BREAKER_FAILURE_THRESHOLD" in values else 1)
        ),
    )


@breaks("RES-MIGR-6", spills=("RES-MIGR-1",))
def strategy_goes_before_attempts(patch: Patch) -> None:
    """Where a strategy was set too, the number of attempts that was set is forgotten."""

    def meaning(found: Meaning, values: Mapping[str, Any]) -> Meaning:
        named = any(name.endswith("_RESILIENCE_STRATEGY") for name in values)
        return replace(found, attempts=STRATEGIES[found.strategy].retry.attempts) if named else found

    _patch_meaning(patch, meaning)


@breaks("RES-MIGR-6")
def always_waits_at_random(patch: Patch) -> None:
    """RETRY_JITTER_ENABLED=false is not read: waits are as irregular as RETRY_JITTER_MAX has them."""
    _patch_meaning(
        patch, lambda meaning, values: replace(meaning, jitter_s=values.get("RETRY_JITTER_MAX", meaning.jitter_s))
    )


@breaks("RES-MIGR-1", "RES-MIGR-6")
def reads_waits_as_milliseconds(patch: Patch) -> None:
    """The old waits are taken for thousandths of a second, and the service hardly waits at all."""

    def meaning(found: Meaning, values: Mapping[str, Any]) -> Meaning:
        if "RETRY_EXPONENTIAL_MIN" not in values:
            return found
        return replace(found, backoff_first_s=found.backoff_first_s / 1000, backoff_cap_s=found.backoff_cap_s / 1000)

    _patch_meaning(patch, meaning)


@breaks("RES-MIGR-6")
def switched_off_breaker_gets_the_usual_threshold(patch: Patch) -> None:
    """A breaker that was switched off opens after as many failures as any other."""
    sound = migration._within

    def within(meaning: Meaning, limits: OperatorLimits) -> Meaning:
        return sound(replace(meaning, breaker_enabled=True), limits)

    patch(migration, "_within", within)


def _patch_meaning(patch: Patch, change: Any) -> None:
    """Both the migration and its check read the old variables so."""
    sound = old_variables.meaning_of

    def meaning_of(operation: str, values: Mapping[str, Any]) -> Meaning:
        changed: Meaning = change(sound(operation, values), values)
        return changed

    for module in (migration, migration_check):
        patch(module, "meaning_of", meaning_of)
