"""An alert to the operators, as it is sent and listed."""

from dataclasses import dataclass
from enum import StrEnum


class AlertKind(StrEnum):
    BREAKER_OPEN = "breaker_open"
    FAILURE_RATE = "failure_rate"
    SLOW_REQUESTS = "slow_requests"
    AI_SERVICE_REFUSES_US = "ai_service_refuses_us"
    REGRESSION = "regression"


class AlertState(StrEnum):
    RAISED = "raised"
    CLEARED = "cleared"


SEVERITIES = {AlertKind.SLOW_REQUESTS: "warning", AlertKind.REGRESSION: "warning"}  # the others are critical


@dataclass(frozen=True, slots=True)
class Alert:
    """*value* crossed *threshold*, where figures are compared. *at*: ISO 8601, UTC. Clearing keeps the *id*."""

    id: str
    kind: AlertKind
    state: AlertState
    operation: str | None
    severity: str
    message: str
    value: float | None
    threshold: float | None
    at: str
    service: str = "assistant"
