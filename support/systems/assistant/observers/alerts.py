"""What the on-call engineers were told of one problem."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from support.standins.received_alerts import Alert


@dataclass(frozen=True, slots=True)
class Problem:
    """*kind* as in the contract; *name* is that of the operation, or of the benchmark; empty for a problem of the whole."""

    kind: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind} of {self.name or 'all'}"

    def is_told_by(self, alert: Alert) -> bool:
        """A regression is of no operation: its message names the benchmark."""
        if alert.body.get("kind") != self.kind:
            return False
        operation = alert.body.get("operation")
        return self.name in ("", operation) or (operation is None and self.name in str(alert.body.get("message")))


@dataclass(frozen=True, slots=True)
class Told:
    """The alerts about one problem, in order of arrival."""

    problem: Problem
    raised: tuple[Alert, ...]
    cleared: tuple[Alert, ...]

    def __str__(self) -> str:
        return f"{len(self.raised)} raised and {len(self.cleared)} cleared"


def told_of(problem: Problem, alerts: Iterable[Alert]) -> Told:
    own = [alert for alert in alerts if problem.is_told_by(alert)]
    raised, cleared = (tuple(one for one in own if one.body.get("state") == state) for state in ("raised", "cleared"))
    return Told(problem, raised, cleared)


def lacks(alert: Alert) -> list[str]:
    """What somebody who is called at night would miss in an alert about a figure that has crossed its limit."""
    body = alert.body
    missing = [name for name in ("id", "severity", "message", "service") if not body.get(name)]
    if not _number(body.get("value")) > _number(body.get("threshold")):
        missing.append(f"a value above the threshold: {body.get('value')}, {body.get('threshold')}")
    if not abs(unix_s(body.get("at")) - alert.at) <= LATE_S:
        missing.append(f"when it happened: {body.get('at')}")
    return missing


LATE_S = 5.0


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else float("nan")


def unix_s(text: object) -> float:
    """A time without a zone could be anybody's, so it is none."""
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        return float("nan")
    return at.timestamp() if at.tzinfo else float("nan")
