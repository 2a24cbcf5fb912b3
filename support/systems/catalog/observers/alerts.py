"""What the administrators were told."""

from dataclasses import dataclass
from typing import Any

import msgspec

from support.core.errors import BrokenHarnessError
from support.standins.calls import call


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as it arrived; `at` in unix seconds."""

    at: float
    body: dict[str, Any]


class AlertInbox:
    """Reads the alert inbox. *url* is its root. Trouble is a `BrokenHarnessError`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/alerts"

    def alerts(self) -> list[Alert]:
        """Return all alerts, oldest first."""
        text = call("GET", self._url)
        try:
            return msgspec.json.decode(text, type=list[Alert])
        except msgspec.DecodeError as trouble:
            raise BrokenHarnessError(f"{self._url} does not answer as an alert inbox does: {trouble}") from trouble

    def clear(self) -> None:
        call("DELETE", self._url)
