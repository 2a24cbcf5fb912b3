"""What the verdict says of one scenario."""

from dataclasses import dataclass
from typing import Any

from support.gate.outcome import Outcome


@dataclass(frozen=True, slots=True)
class ScenarioVerdict:
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
