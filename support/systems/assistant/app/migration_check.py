"""Compares what the old variables meant with what a configuration does, operation by operation."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from support.systems.assistant.app.model import BreakerSettings, Effective, RetrySettings
from support.systems.assistant.app.old_variables import Meaning, meaning_of

FIELDS: Mapping[str, tuple[str, str]] = {
    "attempts": ("retry", "attempts"),
    "backoff_first_s": ("retry", "backoff_first_s"),
    "backoff_cap_s": ("retry", "backoff_cap_s"),
    "jitter_s": ("retry", "jitter_s"),
    "failures": ("breaker", "failures"),
    "open_s": ("breaker", "open_s"),
}
OTHERS = {"multiplier": "retry.multiplier", "breaker_enabled": "breaker.enabled", "strategy": "strategy"}


@dataclass(frozen=True, slots=True)
class Difference:
    """*name* is that in `Meaning`."""

    operation: str
    name: str
    old: Any
    new: Any

    def told(self) -> dict[str, object]:
        field = OTHERS.get(self.name) or ".".join(FIELDS[self.name])
        return {"operation": self.operation, "field": field, "old": self.old, "new": self.new}


def differences(operation: str, old: Meaning, new: Meaning) -> Iterator[Difference]:
    """Where *new* behaves otherwise than *old*. A breaker that was switched off had no other settings."""
    news = asdict(new)
    for name, value in asdict(old).items():
        if value != news[name] and (old.breaker_enabled or name not in {"failures", "open_s"}):
            yield Difference(operation, name, value, news[name])


def check_migration(values: Mapping[str, Any], effective: Effective) -> tuple[Difference, ...]:
    """Every difference between the readable old variables and the configuration in effect."""
    return tuple(
        difference
        for name, settings in effective.operations.items()
        for difference in differences(
            name, meaning_of(name, values), as_meaning(settings.strategy, settings.retry, settings.breaker)
        )
    )


def as_meaning(strategy: str, retry: RetrySettings, breaker: BreakerSettings) -> Meaning:
    """How this service behaves with these settings."""
    return Meaning(
        strategy,
        retry.attempts,
        retry.backoff_first_s,
        retry.backoff_cap_s,
        retry.jitter_s,
        breaker.failures,
        breaker.open_s,
    )
