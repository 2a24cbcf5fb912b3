"""How far one request has come."""

import time
from dataclasses import dataclass, field

from support.systems.assistant.app.model import Kind, OperationSettings, Work


@dataclass(slots=True)
class Progress:
    """*settings* are those under which it began; *started* and the deadline are on the monotonic clock.

    *attempts* counts the calls that reached out to the AI service; *errors* has the kind of each failure, in order;
    *retry_after_s* is after how long another request may fare better; *text* is the AI service's, once it has arrived.
    """

    work: Work
    settings: OperationSettings
    started: float = field(default_factory=time.monotonic)
    attempts: int = 0
    errors: list[Kind] = field(default_factory=list)
    retry_after_s: float = 1.0
    text: str | None = None

    def remaining_s(self) -> float:
        """Seconds until the deadline."""
        return max(0.0, self.started + self.settings.retry.deadline_s - time.monotonic())
