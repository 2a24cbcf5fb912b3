"""What the verdict says of one scenario."""

from dataclasses import dataclass, field
from typing import Any

from support.gate.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
    """*repeats* are the outcomes of a scenario that was repeated, and how often it came to each of them."""

    id: str
    feature: str
    rule: str | None
    name: str
    requirements: list[str]
    severity: str
    outcome: Outcome
    reason: str
    duration_s: float
    faults: list[dict[str, Any]]
    figures: list[dict[str, Any]]
    repeats: dict[str, int] = field(default_factory=dict)
