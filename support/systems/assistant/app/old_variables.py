"""The 15 variables by which the layer was configured before there were presets, and what they meant for each operation."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from support.systems.assistant.app.presets import PROMPTS
from support.systems.assistant.app.strategies import STRATEGIES

MULTIPLIER = 2.0  # by which the backoff grows, in the strategies and in this service
DEFAULT_STRATEGY = "balanced"
TRUTH = {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise ValueError
    return int(text)


def _number(text: str) -> float:
    number = float(text)
    if not (math.isfinite(number) and number >= 0):
        raise ValueError
    return number


def _yes(text: str) -> bool:
    if text.lower() not in TRUTH:
        raise ValueError
    return TRUTH[text.lower()]


def _strategy(text: str) -> str:
    if text.lower() not in STRATEGIES:
        raise ValueError
    return text.lower()


READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "RETRY_MAX_ATTEMPTS": _whole,
        "RETRY_EXPONENTIAL_MULTIPLIER": _number,
        "RETRY_EXPONENTIAL_MIN": _number,
        "RETRY_EXPONENTIAL_MAX": _number,
        "RETRY_JITTER_ENABLED": _yes,
        "RETRY_JITTER_MAX": _number,
        "CIRCUIT_BREAKER_ENABLED": _yes,
        "CIRCUIT_BREAKER_FAILURE_THRESHOLD": _whole,
        "CIRCUIT_BREAKER_RECOVERY_TIMEOUT": _number,
        "DEFAULT_RESILIENCE_STRATEGY": _strategy,
        **{f"{operation.upper()}_RESILIENCE_STRATEGY": _strategy for operation in PROMPTS},
    }
)
# the variable that sets a field of `Meaning`, if it is set
VARIABLE_OF = {
    "attempts": "RETRY_MAX_ATTEMPTS",
    "backoff_first_s": "RETRY_EXPONENTIAL_MIN",
    "backoff_cap_s": "RETRY_EXPONENTIAL_MAX",
    "multiplier": "RETRY_EXPONENTIAL_MULTIPLIER",
    "jitter_s": "RETRY_JITTER_MAX",
    "breaker_enabled": "CIRCUIT_BREAKER_ENABLED",
    "failures": "CIRCUIT_BREAKER_FAILURE_THRESHOLD",
    "open_s": "CIRCUIT_BREAKER_RECOVERY_TIMEOUT",
}


@dataclass(frozen=True, slots=True)
class Meaning:
    """How an operation behaves, in as far as the old variables can tell. Times are in seconds."""

    strategy: str
    attempts: int
    backoff_first_s: float
    backoff_cap_s: float
    jitter_s: float
    failures: int
    open_s: float
    multiplier: float = MULTIPLIER
    breaker_enabled: bool = True


@dataclass(frozen=True, slots=True)
class OldSettings:
    """The variables that could be read, by their names; *unusable* are the others, with the reason."""

    values: Mapping[str, Any]
    unusable: Mapping[str, str] = field(default_factory=dict)


def read_old(variables: Mapping[str, str]) -> OldSettings:
    values: dict[str, object] = {}
    unusable: dict[str, str] = {}
    for name, text in variables.items():
        reader = READERS.get(name)
        if reader is None:
            unusable[name] = "is not known"
            continue
        try:
            values[name] = reader(text.strip())
        except ValueError:
            unusable[name] = "cannot be read"
    return OldSettings(values, unusable)


def strategy_variable(operation: str, values: Mapping[str, object]) -> str:
    """The variable that chose the strategy of *operation*; an operation of another name has the default."""
    own = f"{operation.upper()}_RESILIENCE_STRATEGY"
    return own if own in values else "DEFAULT_RESILIENCE_STRATEGY"


def meaning_of(operation: str, values: Mapping[str, Any]) -> Meaning:
    """What the variables meant for *operation*: those that are set override the values of its strategy."""
    strategy: str = values.get(strategy_variable(operation, values), DEFAULT_STRATEGY)
    retry, breaker = STRATEGIES[strategy].retry, STRATEGIES[strategy].breaker
    cap_s = values.get("RETRY_EXPONENTIAL_MAX", retry.backoff_cap_s)
    jitters = values.get("RETRY_JITTER_ENABLED", True)
    return Meaning(
        strategy,
        values.get("RETRY_MAX_ATTEMPTS", retry.attempts),
        min(cap_s, values.get("RETRY_EXPONENTIAL_MIN", retry.backoff_first_s)),  # no wait was ever longer than the cap
        cap_s,
        values.get("RETRY_JITTER_MAX", retry.jitter_s) if jitters else 0.0,
        values.get("CIRCUIT_BREAKER_FAILURE_THRESHOLD", breaker.failures),
        values.get("CIRCUIT_BREAKER_RECOVERY_TIMEOUT", breaker.open_s),
        values.get("RETRY_EXPONENTIAL_MULTIPLIER", MULTIPLIER),
        values.get("CIRCUIT_BREAKER_ENABLED", True),
    )
