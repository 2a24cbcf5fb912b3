"""The alerts that administrators received."""

import json
from dataclasses import dataclass
from typing import Any

from support.standins.client import StandInRecord


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert; *at* is its arrival in unix seconds."""

    at: float
    body: dict[str, Any]


class AlertInbox(StandInRecord):
    """The alert inbox. *url* is its root. Trouble is a `BrokenHarnessError`."""

    def alerts(self) -> list[Alert]:
        """Return all alerts that were accepted, oldest first."""
        return [Alert(one.at, json.loads(one.body)) for one in self.requests() if one.status == 202]
