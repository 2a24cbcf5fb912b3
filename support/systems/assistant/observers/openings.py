"""When the assistants said that they do not use the AI service, watched continuously on their health pages."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from support.core.background import Background
from support.standins.record import RecordedRequest
from support.systems.assistant.actors.continuous_requests import instance_of
from support.systems.assistant.actors.on_call import OnCallEngineer

EVERY_S = 0.05
UNDER_WAY_S = 0.5  # an attempt that was permitted before may still arrive: it ends after 0.4 s
BEFORE_END_S = 0.05


@dataclass(frozen=True, slots=True)
class Opening:
    """During this time (unix seconds), no request of this assistant for *operation* may reach the AI service."""

    instance: int
    operation: str
    begins: float
    ends: float

    def forbids(self, request: RecordedRequest) -> bool:
        within = request.key == self.operation and self.begins <= request.at <= self.ends
        return within and instance_of(request.headers.get("x-request-id", "")) == self.instance


class HealthWatch(Background):
    """Looks at the health page of every assistant in turn."""

    def __init__(self, engineers: Sequence[OnCallEngineer]) -> None:
        super().__init__()
        self._engineers = engineers
        self.openings: list[Opening] = []

    def work(self) -> None:
        while not self.over.wait(EVERY_S):
            for place, engineer in enumerate(self._engineers):
                self._look(place, engineer)

    def _look(self, place: int, engineer: OnCallEngineer) -> None:
        page = engineer.health_page()
        known_by = time.time() + UNDER_WAY_S
        for operation, breaker in page.breakers.items():
            ends = page.at + float(breaker.get("retry_after_seconds") or 0) - BEFORE_END_S
            if breaker.get("state") == "open" and ends > known_by:
                self.openings.append(Opening(place, operation, known_by, ends))


def forbidden(
    openings: Iterable[Opening], requests: Iterable[RecordedRequest], excused: Sequence[tuple[float, float]]
) -> list[str]:
    """Requests that reached the AI service during an opening, unless that overlaps a time of *excused* (unix seconds)."""
    strict = [one for one in openings if not any(one.begins < end and start < one.ends for start, end in excused)]
    return [
        f"{request.key} of assistant {instance_of(request.headers['x-request-id']) + 1} at {request.at:.3f}"
        for request in requests
        if any(opening.forbids(request) for opening in strict)
    ]
