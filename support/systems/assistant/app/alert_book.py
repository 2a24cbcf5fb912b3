"""Which alerts are active: each crossing is raised once, and cleared once."""

import uuid
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from support.systems.assistant.app.alert import SEVERITIES, Alert, AlertKind, AlertState

MOST_RECENT = 200


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about; *name* is an operation or a benchmark, or empty. At most one alert is active for each."""

    kind: AlertKind
    name: str = ""


class AlertBook:
    """Hands each alert that is raised or cleared to *announce*."""

    def __init__(self, announce: Callable[[Alert], None]) -> None:
        self._announce = announce
        self.active: dict[Subject, Alert] = {}
        self.recent: deque[Alert] = deque(maxlen=MOST_RECENT)

    def restore(self, active: Iterable[tuple[Subject, Alert]], recent: Iterable[Alert]) -> None:
        """Go on from an earlier run, without announcing anything again."""
        self.active.update(active)
        self.recent.extend(recent)

    def subjects(self, *kinds: AlertKind) -> set[Subject]:
        """Those of these kinds for which an alert is active."""
        return {subject for subject in self.active if subject.kind in kinds}

    def raise_for(
        self,
        subject: Subject,
        message: str,
        *,
        operation: str | None = None,
        value: float | None = None,
        threshold: float | None = None,
    ) -> None:
        """Nothing happens if one is active already."""
        if subject in self.active:
            return
        severity = SEVERITIES.get(subject.kind, "critical")
        about = (operation, severity, message, value, threshold, _now())
        alert = Alert(str(uuid.uuid4()), subject.kind, AlertState.RAISED, *about)
        self.active[subject] = alert
        self._tell(alert)

    def clear(self, subject: Subject, message: str, *, value: float | None = None) -> None:
        """Nothing happens if none is active."""
        if raised := self.active.pop(subject, None):
            self._tell(replace(raised, state=AlertState.CLEARED, message=message, value=value, at=_now()))

    def _tell(self, alert: Alert) -> None:
        self.recent.append(alert)
        self._announce(alert)


def _now() -> str:
    return datetime.now(UTC).isoformat()
