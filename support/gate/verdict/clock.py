"""The clocks of a run: how long it took by the monotonic one, and whether the other was set meanwhile."""

from collections.abc import Iterable, Sequence

from support.core.amounts import span
from support.core.journal import Event

TOLERANCE_S = 1.0  # slewing by NTP stays far below


def duration_s(events: Sequence[Event]) -> float:
    """From the first event to the last, whatever was done to the machine's clock; with several machines, of the longest part."""
    times: dict[object, list[float]] = {}
    for event in events:
        times.setdefault(event.get("shard"), []).append(event["steady"] if "steady" in event else event["at"])
    return max((max(of_one) - min(of_one) for of_one in times.values()), default=0.0)


def in_order(parts: Iterable[Sequence[Event]]) -> list[Event]:
    """The events of several machines in one sequence; each machine's stay in its journal's order, also if its clock was set."""
    timed: list[tuple[float, Event]] = []
    for events in parts:
        latest = float("-inf")
        for event in events:
            steadily = "steady" in event and "steady" in events[0]
            moment = events[0]["at"] + event["steady"] - events[0]["steady"] if steadily else event["at"]
            latest = max(latest, moment)
            timed.append((latest, event))
    return [event for _, event in sorted(timed, key=lambda one: one[0])]


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
