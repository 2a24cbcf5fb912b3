"""Detects that the machine's clock was set during a run, which makes the times of the journal incomparable."""

from collections.abc import Iterable

from support.core.amounts import span
from support.core.journal import Event

TOLERANCE_S = 1.0  # slewing by NTP stays far below


def clock_jumps(events: Iterable[Event]) -> list[str]:
    """One sentence for each step of the wall clock against the monotonic clock, between two events of one machine."""
    jumps = []
    last: dict[object, float] = {}
    for event in events:
        if "steady" not in event:
            continue
        machine = event.get("shard")
        lead = event["at"] - event["steady"]
        step = lead - last.setdefault(machine, lead)
        if abs(step) > TOLERANCE_S:
            jumps.append(
                f"the machine's clock was {'advanced' if step > 0 else 'put back'} by {span(round(abs(step)))}"
            )
        last[machine] = lead
    return jumps
