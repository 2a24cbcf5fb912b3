"""The alerts that administrators received."""

from dataclasses import dataclass
from typing import Any

import msgspec

from support.core.errors import BrokenHarnessError
from support.standins.calls import call


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; *at* is its arrival in unix seconds."""

    at: float
    body: dict[str, Any]


class AlertInbox:
    """Client of the alert inbox. *url* is its root. Errors raise `BrokenHarnessError`."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/alerts"

    def alerts(self) -> list[Alert]:
        """Return all alerts, oldest first."""
        text = call("GET", self._url)
        try:
            return msgspec.json.decode(text, type=list[Alert])
        except msgspec.DecodeError as error:
            raise BrokenHarnessError(f"{self._url} did not answer like an alert inbox: {error}") from error

    def clear(self) -> None:
        call("DELETE", self._url)
