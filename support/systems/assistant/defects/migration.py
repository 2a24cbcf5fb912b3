"""Mistakes with the migration of the old variables."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from support.systems.assistant.app import (
    admin_configuration,
    migrated_document,
    migration,
    migration_check,
    old_variables,
    starting_configuration,
)
from support.systems.assistant.app.migration import Migration, Reason
from support.systems.assistant.app.old_variables import Meaning, OldSettings
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import PRESETS
from support.systems.assistant.app.strategies import STRATEGIES
from support.systems.patched_variants import Patch, breaks, leaves_sound

Variables = Mapping[str, str]


@breaks("RES-CONF-5")
def ignores_old_variables_at_the_start(patch: Patch) -> None:
    """Old variables are migrated by the administration only; a start with them gets the preset of the environment."""
    patch(starting_configuration, "READERS", {})


@breaks("RES-CONF-5")
def migrates_to_one_preset_only(patch: Patch) -> None:
    """Every old configuration becomes `simple`, with all the rest set one by one."""
    patch(migrated_document, "PRESETS", {"simple": PRESETS["simple"]})


@breaks("RES-CONF-5", "RES-MIGR-3", "RES-MIGR-6")
def applies_without_being_asked(patch: Patch) -> None:
    """A migration takes effect, although somebody only wanted to look at it."""
    sound = admin_configuration._read_migration
    patch(admin_configuration, "_read_migration", lambda body: (sound(body)[0], True))


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
    """RETRY_JITTER_ENABLED=false is not read: waits are as irregular as the strategy has them."""
    _patch_meaning(
        patch,
        lambda meaning, _: replace(meaning, jitter_s=STRATEGIES[meaning.strategy].retry.jitter_s),
    )


@breaks("RES-MIGR-6")
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


@breaks("RES-MIGR-1")
def migrates_only_the_first_nine(patch: Patch) -> None:
    """The strategies of single operations are left out, as nobody remembers them; the check does not know them either."""
    sound = old_variables.read_old

    def read_old(variables: Variables) -> OldSettings:
        old = sound({name: text for name, text in variables.items() if not name.endswith("_RESILIENCE_STRATEGY")})
        left = {name: text for name, text in sound(variables).values.items() if name.startswith("DEFAULT")}
        return OldSettings({**old.values, **left}, old.unusable)

    patch(migration, "read_old", read_old)


@breaks("RES-MIGR-1", "RES-MIGR-3")
def passes_over_what_it_does_not_know(patch: Patch) -> None:
    """Variables that are not known or not readable are left out without a word."""
    sound = old_variables.read_old
    patch(migration, "read_old", lambda variables: OldSettings(sound(variables).values))


@breaks("RES-MIGR-3")
def is_always_certain_of_its_migration(patch: Patch) -> None:
    """Every migration has the confidence 1.0."""
    patch(Migration, "confidence", property(lambda _: 1.0))


@breaks("RES-MIGR-3")
def tells_the_lowest_factor(patch: Patch) -> None:
    """Several doubts are no worse than the greatest of them."""
    patch(Migration, "confidence", property(lambda self: min((one.confidence for one in self.reasons), default=1.0)))


@breaks("RES-MIGR-3")
def warns_of_nothing(patch: Patch) -> None:
    """What had to be changed has a lower confidence, and no warning."""
    patch(migration, "_warnings", lambda *_: ())


@breaks("RES-MIGR-6")
def checks_the_result_against_itself(patch: Patch) -> None:
    """The check compares the new configuration with what was written, not with what the variables meant."""
    patch(migration, "check_migration", lambda *_: ())


@leaves_sound("RES-MIGR-1", "RES-MIGR-3")
def explains_in_other_words(patch: Patch) -> None:
    """Reasons and warnings are worded otherwise."""
    sound = Reason.told

    def told(self: Reason) -> dict[str, object]:
        return {**sound(self), "effect": "siehe Handbuch"}

    patch(Reason, "told", told)


def _patch_meaning(patch: Patch, change: Any) -> None:
    """Both the migration and its check read the old variables so."""
    sound = old_variables.meaning_of

    def meaning_of(operation: str, values: Mapping[str, Any]) -> Meaning:
        changed: Meaning = change(sound(operation, values), values)
        return changed

    for module in (migration, migration_check):
        patch(module, "meaning_of", meaning_of)
