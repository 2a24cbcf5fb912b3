"""The faults of a run, from the journal: planned, felt, lifted, healed, in doubt."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from support.core.amounts import span
from support.core.journal import Event


@dataclass(slots=True)
class FaultWindow:
    """One fault. Moments are in unix seconds, durations in seconds; None: it did not happen."""

    number: str
    scenario: str
    kind: str
    target: str
    detail: str
    planned_at: float
    felt_at: float | None = None
    lifted_at: float | None = None
    felt_after_s: float | None = None
    healed_after_s: float | None = None
    doubts: list[str] = field(default_factory=list)

    @property
    def what(self) -> str:
        """For example: the store never answers."""
        return f"the {self.target} {self.detail}"

    @property
    def in_force_s(self) -> float | None:
        return None if self.felt_at is None or self.lifted_at is None else self.lifted_at - self.felt_at

    @property
    def receipt(self) -> bool:
        """Whether it was felt, was seen healed, and nothing about it is in doubt."""
        return self.felt_after_s is not None and self.healed_after_s is not None and not self.doubts

    def __str__(self) -> str:
        """For example: the store never answers: felt after 61 ms, 1.3 s in force, healed after 12 ms."""
        parts = [
            "never felt" if self.felt_after_s is None else f"felt after {span(self.felt_after_s)}",
            "" if self.in_force_s is None else f"{span(self.in_force_s)} in force",
            "not seen healed" if self.healed_after_s is None else f"healed after {span(self.healed_after_s)}",
            *self.doubts,
        ]
        return f"{self.what}: {', '.join(part for part in parts if part)}"


def fault_windows(events: Iterable[Event]) -> list[FaultWindow]:
    """All faults of *events*, in the order in which they were planned."""
    windows: dict[str, FaultWindow] = {}
    for event in events:
        name = event["event"]
        if name == "fault-planned":
            windows[event["fault"]] = FaultWindow(
                event["fault"], event["scenario"], event["kind"], event["target"], event.get("detail", ""), event["at"]
            )
        elif name.startswith("fault-") and (known := windows.get(event["fault"])):
            if name == "fault-felt":
                known.felt_at, known.felt_after_s = event["at"], event["after_s"]
            elif name == "fault-lifted":
                known.lifted_at = event["at"]
            elif name == "fault-healed":
                known.healed_after_s = event["after_s"]
            elif name == "fault-doubt":
                known.doubts.append(event["reason"])
    return list(windows.values())
