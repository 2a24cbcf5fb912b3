"""An engineer on call, who reads the health page and the metrics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from support.core.prometheus import total
from support.systems.assistant.actors.assistant_api import AssistantApi


@dataclass(frozen=True, slots=True)
class HealthPage:
    """`status` ("healthy", "degraded"; else what went wrong) and what the page shows of each breaker, by operation."""

    status: str
    breakers: Mapping[str, Mapping[str, Any]]
    body: Mapping[str, Any]
    took: timedelta
    at: float

    def state(self, operation: str) -> str:
        """ "closed", "half_open", "open"; empty if the page does not name the operation."""
        return str(self.breakers.get(operation, {}).get("state", ""))

    def failures(self, operation: str) -> object:
        """How many calls failed in succession, as the page says it."""
        return self.breakers.get(operation, {}).get("failures")


class OnCallEngineer:
    def __init__(self, assistant: AssistantApi) -> None:
        self._assistant = assistant

    def health_page(self) -> HealthPage:
        answer = self._assistant.health()
        breakers = answer.body.get("breakers", {})
        return HealthPage(
            str(answer.body.get("status", answer.error or answer.status)),
            breakers if isinstance(breakers, dict) else {},
            answer.body,
            timedelta(seconds=answer.waited_s),
            answer.at,
        )

    def metric(self, name: str, **labels: str) -> float:
        """The sum over all label sets that contain *labels*; 0 if there is none."""
        return total(self._assistant.metrics(), name, labels)
