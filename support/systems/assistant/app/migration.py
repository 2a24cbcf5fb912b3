"""Migration of the 15 old variables: a configuration, how certain it is, and a check of it (contract.md, Migration)."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from support.systems.assistant.app.configuration_document import Document
from support.systems.assistant.app.migrated_document import write_document
from support.systems.assistant.app.migration_check import Difference, check_migration, differences
from support.systems.assistant.app.mistakes import printable
from support.systems.assistant.app.old_variables import (
    MULTIPLIER,
    VARIABLE_OF,
    Meaning,
    meaning_of,
    read_old,
    strategy_variable,
)
from support.systems.assistant.app.operator_limits import OperatorLimits
from support.systems.assistant.app.presets import PROMPTS
from support.systems.assistant.app.resolution import resolve

LONGEST_WAIT_S = 60.0
UNUSABLE, BREAKER_OFF, OTHER_MULTIPLIER, CHANGED, AS_IT_IS = 0.5, 0.6, 0.7, 0.8, 1.0
ANY_OTHER = ""  # stands for operations that are registered later


@dataclass(frozen=True, slots=True)
class Reason:
    """What became of one variable; *confidence* is its factor."""

    variable: str
    effect: str
    confidence: float

    def told(self) -> dict[str, object]:
        return {"variable": self.variable, "effect": self.effect, "confidence": self.confidence}


@dataclass(frozen=True, slots=True)
class Migration:
    """*differences* are all that the check found; *unexpected* are those that no warning announces."""

    document: Document
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...]
    differences: tuple[Difference, ...]
    unexpected: tuple[Difference, ...]

    @property
    def confidence(self) -> float:
        return round(math.prod(reason.confidence for reason in self.reasons), 4)

    def told(self) -> dict[str, object]:
        return {
            "configuration": self.document,
            "confidence": self.confidence,
            "reasons": [reason.told() for reason in self.reasons],
            "warnings": self.warnings,
            "check": {
                "same": not self.differences,
                "differences": [difference.told() for difference in self.differences],
            },
        }


def migrate(variables: Mapping[str, str], limits: OperatorLimits) -> Migration:
    """Translate *variables*; those that are not known or not readable are left out, with a warning."""
    old = read_old(variables)
    meant = {name: meaning_of(name, old.values) for name in (ANY_OTHER, *PROMPTS)}
    wanted = {name: _within(meaning, limits) for name, meaning in meant.items()}
    expected = [found for name in meant for found in differences(name, meant[name], wanted[name])]
    document = write_document(wanted[ANY_OTHER], {name: wanted[name] for name in PROMPTS}, limits)
    found = check_migration(old.values, resolve(document, "simple", limits, 0))
    reasons = (
        *(_reason(name, old.values, expected) for name in old.values),
        *(Reason(printable(name), f"It {why}, and is left out.", UNUSABLE) for name, why in old.unusable.items()),
    )
    return Migration(
        document,
        reasons,
        tuple(_warnings(reasons, old.values, expected)),
        found,
        tuple(difference for difference in found if difference not in expected),
    )


def _within(meaning: Meaning, limits: OperatorLimits) -> Meaning:
    """The nearest to *meaning* that this service can do and its operator allows."""
    cap_s = min(meaning.backoff_cap_s, LONGEST_WAIT_S)
    highest = int(limits.failures.highest)
    return replace(
        meaning,
        attempts=limits.attempts.nearest_whole(meaning.attempts),
        backoff_first_s=min(meaning.backoff_first_s, cap_s),
        backoff_cap_s=cap_s,
        jitter_s=min(meaning.jitter_s, LONGEST_WAIT_S),
        failures=limits.failures.nearest_whole(meaning.failures) if meaning.breaker_enabled else highest,
        open_s=limits.open_s.nearest(meaning.open_s),
        multiplier=MULTIPLIER,
        breaker_enabled=True,
    )


def _reason(variable: str, values: Mapping[str, Any], expected: list[Difference]) -> Reason:
    value = values[variable]
    if variable == "CIRCUIT_BREAKER_ENABLED" and not value:
        return Reason(variable, "No breaker can be switched off: its threshold becomes the highest.", BREAKER_OFF)
    if variable == "RETRY_EXPONENTIAL_MULTIPLIER" and value != MULTIPLIER:
        return Reason(variable, f"The backoff is always doubled, not multiplied by {value:g}.", OTHER_MULTIPLIER)
    mine = [found for found in expected if _cause(found, values) == variable]
    if mine:
        changes = sorted({f"{found.name} becomes {found.new:g} instead of {found.old:g}" for found in mine})
        return Reason(variable, f"Kept within the limits: {', '.join(changes)}.", CHANGED)
    if variable == "RETRY_EXPONENTIAL_MIN":
        caps = {meaning_of(name, values).backoff_cap_s for name in PROMPTS}
        if any(value > cap_s for cap_s in caps):
            return Reason(
                variable, "It becomes the longest wait where it was above that; waits stay the same.", CHANGED
            )
    return Reason(variable, "Carried over as it is.", AS_IT_IS)


def _cause(found: Difference, values: Mapping[str, object]) -> str:
    """The variable that asked for what could not be kept; that of the strategy if no other did."""
    variable = VARIABLE_OF.get(found.name, "")
    if found.name == "backoff_first_s" and variable not in values:
        variable = "RETRY_EXPONENTIAL_MAX"
    return variable if variable in values else strategy_variable(found.operation, values)


def _warnings(reasons: tuple[Reason, ...], values: Mapping[str, object], expected: list[Difference]) -> Iterator[str]:
    for reason in reasons:
        if reason.confidence < AS_IT_IS:
            yield f"{reason.variable}: {reason.effect}"
    unnamed = sorted({found.name for found in expected if _cause(found, values) not in values})
    for name in unnamed:
        yield f"The strategy's {name} is outside the operator's limits; the nearest within them is used."
