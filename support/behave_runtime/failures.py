"""What a failed check says besides its own sentence: under which faults, where to look, and whether it was only late."""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from support.behave_runtime.recording import Recording, recording
from support.core.amounts import span
from support.core.bounds import LateError
from support.core.errors import InconclusiveError
from support.core.processor_time import MOST_OF_OTHERS, WATCH
from support.gate.verdict.fault_windows import FaultWindow, fault_windows

if TYPE_CHECKING:
    from support.reporting.timeline_model import TimelineEvents


def explained(error: AssertionError, context: Any) -> Exception:
    """*error* with what surrounded it; an `InconclusiveError` if other programs on this machine may have caused it."""
    current, now = recording(), time.time()
    if current.scenario is None or getattr(context, "stage", None) is None:
        return error
    try:
        events: TimelineEvents = context.session.timeline_events(context.stage, now)
        surroundings = [_faults(current, now), *events.where_to_look(now)]
        doubt = doubt_of(error, current.scenario_began, events.time_limits_that_ran_out)
    except Exception as trouble:  # noqa: BLE001 - the check has failed, whatever else has
        surroundings, doubt = [f"what surrounded it could not be read: {type(trouble).__name__}: {trouble}"], ""
    told = "\n".join([f"{error}{doubt}", *(f"{one[0].upper()}{one[1:]}." for one in surroundings)])
    if doubt:
        return InconclusiveError(told)
    error.args = (told,)
    return error


def doubt_of(error: AssertionError, began: float, ran_out: Callable[[], Sequence[str]]) -> str:
    """Why *error*, since *began* (monotonic clock), may not be the product's; empty if it is.

    It has to be a matter of time: an answer that was late by no more than others explain, or one that follows from a time limit
    that ran out without a fault. What neither explains stays wrong on any machine.
    """
    since = began
    if isinstance(error, LateError) and error.since is not None:
        since = error.since
    others = WATCH.others_since(since)
    if others <= MOST_OF_OTHERS:
        return ""
    busy = f"; but others took up to {others:.0f} % of the processors' time meanwhile"
    if isinstance(error, LateError) and error.times <= WATCH.slowdown_since(since):
        return busy
    if expired := ran_out():
        return f"{busy}, and without a fault that explains it a time limit ran out: {expired[0]}"
    return ""


def _faults(current: Recording, now: float) -> str:
    windows = [one for one in fault_windows(current.journal.events) if one.scenario == current.scenario]
    return f"under: {'; '.join(_in_words(one, now) for one in windows)}" if windows else "under no fault"


def _in_words(window: FaultWindow, now: float) -> str:
    if window.lifted_at is not None:
        return f"{window.what}, lifted {span(max(0.0, now - window.lifted_at))} ago"
    return f"{window.what}, for {span(max(0.0, now - (window.felt_at or window.planned_at)))}"
